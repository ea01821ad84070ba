"""What Slack takes: its limits, and what of a message breaks them.

Published in https://docs.slack.dev/reference/block-kit/blocks; the limit of a whole message is measured, not published.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

BLOCKS = 50
HEADER = 150
SECTION = 3_000
FIELD = 2_000
FIELDS = 10
CONTEXT_ELEMENTS = 10
CONTEXT = 2_000
TOTAL = 9_000
"""All text of a message together stays below this."""
BLOCK_ID = 255
ACTIONS = 25
ACTION_ID = 255
BUTTON = 75
VALUE = 2_000
ASKED = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
"""What is asked before a button does something."""

_ADDRESS = re.compile(r"https?://[^\s<>|]{1,2980}")
_UNESCAPED = re.compile(r"<(?!https?://[^<>|]+(?:\|[^<>|]*)?>)|&(?!amp;|lt;|gt;)")
"""An angle bracket that begins no link could ring a whole channel: `<!channel>`."""


def size(text: str) -> int:
    """Length in UTF-16 units, the longer of the two ways to count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fit(text: str, longest: int, written: Callable[[str], str] = str) -> str:
    """The text as `written`, or its beginning and an ellipsis: within the limit, and no entity cut in half."""
    if size(whole := written(text)) <= longest:
        return whole
    room, kept = longest - 1, []
    for character in text:
        piece = written(character)
        room -= size(piece)
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept).rstrip() + "…"


def faults(payload: Mapping[str, Any]) -> list[str]:
    """Everything Slack would reject, shorten or ring people for; empty for a sound message."""
    blocks = payload.get("blocks", [])
    wrong = [*_faults_of_text("text", payload.get("text"), SECTION)]
    if len(blocks) > BLOCKS:
        wrong.append(f"{len(blocks)} blocks, {BLOCKS} at most")
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(ids) != len(set(ids)) or any(not 0 < len(block_id) <= BLOCK_ID for block_id in ids):
        wrong.append("block ids that repeat, or are empty or too long")
    for number, block in enumerate(blocks):
        check = _CHECKS.get(block.get("type"))
        wrong += check(f"block {number}", block) if check else [f"block {number}: unknown type {block.get('type')!r}"]
    if (total := text_size(payload)) >= TOTAL:
        wrong.append(f"{total} characters of text, fewer than {TOTAL} allowed")
    return wrong


def text_size(payload: Mapping[str, Any]) -> int:
    """All text of a message together."""
    return sum(size(text) for text in _texts(payload))


def _header(where: str, block: Mapping[str, Any]) -> Iterator[str]:
    yield from _faults_of_object(where, block.get("text"), HEADER, ("plain_text",))


def _section(where: str, block: Mapping[str, Any]) -> Iterator[str]:
    fields = block.get("fields", [])
    if "text" not in block and not fields:
        yield f"{where}: a section with neither text nor fields"
    if "text" in block:
        yield from _faults_of_object(where, block["text"], SECTION)
    if len(fields) > FIELDS:
        yield f"{where}: {len(fields)} fields, {FIELDS} at most"
    for field in fields:
        yield from _faults_of_object(f"{where}, a field", field, FIELD)


def _context(where: str, block: Mapping[str, Any]) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 0 < len(elements) <= CONTEXT_ELEMENTS:
        yield f"{where}: {len(elements)} elements, 1 to {CONTEXT_ELEMENTS} allowed"
    for element in elements:
        yield from _faults_of_object(where, element, CONTEXT)


def _rich_text(where: str, block: Mapping[str, Any]) -> Iterator[str]:
    elements = block.get("elements", [])
    if not elements:
        yield f"{where}: rich text without elements"
    for element in elements:
        kind, inner = element.get("type"), element.get("elements", [])
        if kind not in _RICH or not inner:
            yield f"{where}: an element that is empty or of unknown type {kind!r}"
        elif kind == "rich_text_list":
            yield from _rich_text(where, element)
        else:
            for text in inner:
                kind, said = text.get("type"), text.get("text")
                if kind not in ("text", "link") or not isinstance(said, str) or not said:
                    yield f"{where}: something else than text, or an empty one"
                if kind == "link" and not _ADDRESS.fullmatch(str(text.get("url"))):
                    yield f"{where}: a link that leads nowhere"


def _divider(_: str, __: Mapping[str, Any]) -> Iterator[str]:
    yield from ()


def _actions(where: str, block: Mapping[str, Any]) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 0 < len(elements) <= ACTIONS:
        yield f"{where}: {len(elements)} elements, 1 to {ACTIONS} allowed"
    ids = [str(element.get("action_id", "")) for element in elements]
    if len(ids) != len(set(ids)) or any(not 0 < len(action) <= ACTION_ID for action in ids):
        yield f"{where}: action ids that repeat, or are empty or too long"
    for element in elements:
        yield from _button(f"{where}, a button", element)


def _button(where: str, button: Mapping[str, Any]) -> Iterator[str]:
    yield from _faults_of_object(where, button.get("text"), BUTTON, ("plain_text",))
    if button.get("type") != "button" or button.get("style", "primary") not in ("primary", "danger"):
        yield f"{where}: no button, or one of an unknown style"
    if size(button.get("value", "")) > VALUE:
        yield f"{where}: a value longer than {VALUE}"
    if not _is_address(button.get("url")):
        yield f"{where}: an address that is none or too long"
    if "confirm" in button:
        for part, longest in ASKED.items():
            yield from _faults_of_object(f"{where}, its {part}", button["confirm"].get(part), longest, ("plain_text",))


def _is_address(url: Any) -> bool:
    return url is None or (isinstance(url, str) and _ADDRESS.fullmatch(url) is not None)


_RICH = ("rich_text_section", "rich_text_quote", "rich_text_list")

_CHECKS: Mapping[Any, Callable[[str, Mapping[str, Any]], Iterator[str]]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "rich_text": _rich_text,
    "divider": _divider,
    "actions": _actions,
}


def _faults_of_object(
    where: str, value: Any, longest: int, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")
) -> Iterator[str]:
    if not isinstance(value, Mapping) or value.get("type") not in kinds:
        yield f"{where}: no text object of type {' or '.join(kinds)}"
        return
    yield from _faults_of_text(where, value.get("text"), longest, is_marked_up=value["type"] == "mrkdwn")


def _faults_of_text(where: str, text: Any, longest: int, *, is_marked_up: bool = True) -> Iterator[str]:
    if not isinstance(text, str) or not text.strip():
        yield f"{where}: no text"
        return
    if size(text) > longest:
        yield f"{where}: {size(text)} characters, {longest} at most"
    if is_marked_up and _UNESCAPED.search(text):
        yield f"{where}: unescaped &, < or >"


def _texts(value: Any, *, key: str = "") -> Iterator[str]:
    """Every text of a message; names, ids and metadata are none."""
    if isinstance(value, str) and key == "text":
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(inner, key=name)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
