"""What Slack takes of a message, written down apart from the product so that each checks the other.

Block Kit reference and measurements: 50 blocks; header 150, section 3,000, field 2,000 characters; 10 fields, 10
elements of a context, 25 of actions; images have an alt_text; all text of a message together below 9,000.
"""

import re
from typing import Any

_RINGS = re.compile(r"<[!@#]|<(?!https?:)")
_BARE = re.compile(r"&(?!(amp|lt|gt);)")
_URL = re.compile(r"https?://[^\s<>|]{1,2980}")
_BUTTON = {"type", "text", "action_id", "url", "value", "style", "accessibility_label", "confirm"}
_STYLES = (None, "primary", "danger")
_CONFIRM = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
_IMAGE = {"type", "image_url", "alt_text"}
_KEYS = {
    "header": {"type", "text", "block_id"},
    "section": {"type", "text", "fields", "block_id", "accessory", "expand"},
    "context": {"type", "elements", "block_id"},
    "divider": {"type", "block_id"},
    "image": {*_IMAGE, "title", "block_id"},
    "actions": {"type", "elements", "block_id"},
    "rich_text": {"type", "elements", "block_id"},
}
_ARGUMENTS = {
    *("channel", "text", "blocks", "metadata", "unfurl_links", "unfurl_media", "mrkdwn", "thread_ts"),
    "reply_broadcast",
}
_ARGUMENTS_OF_UPDATE = {"channel", "ts", "text", "blocks", "metadata"}


def rejection(message: dict[str, Any]) -> str | None:
    """The error by which Slack rejects a message, or None; only a reply can be shown in the channel too."""
    if not set(message) <= _ARGUMENTS or not isinstance(message.get("reply_broadcast", False), bool):
        return "invalid_arguments"
    if "reply_broadcast" in message and "thread_ts" not in message:
        return "invalid_arguments"
    return rejection_of_content(message)


def rejection_of_update(change: dict[str, Any]) -> str | None:
    """The error by which Slack rejects a change of a message, or None."""
    if not set(change) <= _ARGUMENTS_OF_UPDATE or not isinstance(change.get("ts"), str):
        return "invalid_arguments"
    return rejection_of_content(change)


def rejection_of_content(message: dict[str, Any]) -> str | None:
    """The error by which Slack rejects the text and blocks of a message, or None."""
    if not isinstance(message.get("text"), str) or not message["text"].strip():
        return "no_text"
    if len(message["text"]) > 4000:
        return "msg_too_long"
    blocks = message.get("blocks", [])
    if len(blocks) > 50 or not all(_is_block(block) for block in blocks):
        return "invalid_blocks"
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(set(ids)) < len(ids):
        return "invalid_blocks"
    if sum(map(len, texts(message))) >= 9000:
        return "msg_blocks_too_long"
    return None if _is_metadata(message.get("metadata")) else "invalid_metadata_format"


def rings(message: dict[str, Any]) -> bool:
    """Whether some text of a message would be read as a mention, or breaks out of its mark-up."""
    return any(_RINGS.search(text) or _BARE.search(text) for text in _marked_up(message))


def texts(value: Any) -> list[str]:
    """Every text that counts."""
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for name, inner in value.items() if name != "metadata" for text in texts(inner)]
    return [text for inner in value for text in texts(inner)] if isinstance(value, list) else []


def _marked_up(message: dict[str, Any]) -> list[str]:
    found = [message["text"]]
    pending: list[Any] = list(message.get("blocks", []))
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            if one.get("type") == "mrkdwn":
                found.append(one["text"])
            pending += one.values()
        elif isinstance(one, list):
            pending += one
    return found


def _is_block(block: dict[str, Any]) -> bool:
    kind = block.get("type")
    if kind not in _KEYS or not set(block) <= _KEYS[kind] or not 0 < len(block.get("block_id", "x")) <= 255:
        return False
    if kind == "header":
        return _is_text(block.get("text"), 150, {"plain_text"})
    if kind == "image":
        return _is_image(block) and ("title" not in block or _is_text(block["title"], 2000, {"plain_text"}))
    if kind in ("context", "actions"):
        return _is_context(block) if kind == "context" else _are_actions(block)
    if kind == "rich_text":
        return _is_rich_text(block.get("elements"))
    return kind == "divider" or _is_section(block)


def _is_context(block: dict[str, Any]) -> bool:
    elements = block.get("elements", [])
    return 1 <= len(elements) <= 10 and all(map(_is_element_of_context, elements))


def _are_actions(block: dict[str, Any]) -> bool:
    """Up to 25 buttons, none of them with the id of another."""
    elements = block.get("elements", [])
    ids = [element.get("action_id") for element in elements]
    named = [action for action in ids if action is not None]
    return 1 <= len(elements) <= 25 and all(map(_is_button, elements)) and len(named) == len(set(named))


def _is_rich_text(elements: Any) -> bool:
    """Sections, quotations and lists of sections, each of texts that are not empty."""
    if not isinstance(elements, list) or not elements:
        return False
    for element in elements:
        if element.get("type") == "rich_text_list":
            sound = element.get("style") in ("bullet", "ordered") and _is_rich_text(element.get("elements"))
        elif element.get("type") in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"):
            inner = element.get("elements") or []
            sound = bool(inner) and all(map(_is_rich, inner))
        else:
            sound = False
        if not sound:
            return False
    return True


def _is_rich(text: dict[str, Any]) -> bool:
    style = text.get("style", {})
    if text.get("type") == "link":
        is_whole = set(text) <= {"type", "url", "text", "style"} and bool(text.get("text"))
        return is_whole and _URL.fullmatch(str(text.get("url"))) is not None
    return (
        text.get("type") == "text"
        and set(text) <= {"type", "text", "style"}
        and isinstance(text.get("text"), str)
        and bool(text["text"])
        and set(style) <= {"bold", "italic", "strike", "code"}
    )


def _is_section(block: dict[str, Any]) -> bool:
    fields = block.get("fields", [])
    has_text = _is_text(block["text"], 3000) if "text" in block else bool(fields)
    has_sound_accessory = "accessory" not in block or _is_button(block["accessory"]) or _is_picture(block["accessory"])
    return has_text and has_sound_accessory and len(fields) <= 10 and all(_is_text(field, 2000) for field in fields)


def _is_element_of_context(element: dict[str, Any]) -> bool:
    return _is_picture(element) or _is_text(element, 2000)


def _is_picture(element: dict[str, Any]) -> bool:
    return set(element) <= _IMAGE and element.get("type") == "image" and _is_image(element)


def _is_image(image: dict[str, Any]) -> bool:
    return 1 <= len(image.get("alt_text", "")) <= 2000 and _is_url(image.get("image_url"))


def _is_button(button: dict[str, Any]) -> bool:
    return (
        button.get("type") == "button"
        and set(button) <= _BUTTON
        and _is_text(button.get("text"), 75, {"plain_text"})
        and 1 <= len(button.get("action_id", "x")) <= 255
        and button.get("style") in _STYLES
        and len(button.get("accessibility_label", "")) <= 75
        and ("confirm" not in button or _is_confirm(button["confirm"]))
        and len(button.get("value", "")) <= 2000
        and ("url" not in button or _is_url(button["url"]))
    )


def _is_confirm(asked: Any) -> bool:
    """What is asked before a button does something: each part there is, in plain text."""
    return (
        isinstance(asked, dict)
        and set(_CONFIRM) <= set(asked) <= {*_CONFIRM, "style"}
        and asked.get("style") in _STYLES
        and all(_is_text(asked[part], longest, {"plain_text"}) for part, longest in _CONFIRM.items())
    )


def _is_url(value: Any) -> bool:
    return isinstance(value, str) and _URL.fullmatch(value) is not None


def _is_text(value: Any, longest: int, kinds: frozenset[str] | set[str] = frozenset({"plain_text", "mrkdwn"})) -> bool:
    if not isinstance(value, dict) or value.get("type") not in kinds or not isinstance(value.get("text"), str):
        return False
    allowed = {"type", "text", "emoji"} if value["type"] == "plain_text" else {"type", "text", "verbatim"}
    return set(value) <= allowed and 1 <= len(value["text"]) <= longest


def _is_metadata(metadata: Any) -> bool:
    if metadata is None:
        return True
    event, content = metadata.get("event_type"), metadata.get("event_payload")
    return isinstance(event, str) and isinstance(content, dict) and set(metadata) == {"event_type", "event_payload"}
