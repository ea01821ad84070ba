"""A message as Slack's phone shows it: Block Kit to HTML, 390 dots wide; for pictures and for measuring, no test.

Sizes are those of the app at its usual letters: 17 for text, 20 for a header, 13 for a context; fields stand one below
the other, buttons 44 high; the avatar takes the left. Nothing is folded, though the app may offer to.
"""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from tests.standins.slack_mrkdwn import as_html

WIDTH, HEIGHT = 390, 844
"""Of the phone, in dots."""

Block = Mapping[str, Any]

_STYLE = """
:root { color-scheme: light dark; --text: #1d1c1d; --soft: #616061; --line: #dddddd; --link: #1264a3; --back: #ffffff; }
@media (prefers-color-scheme: dark) {
:root { --text: #d1d2d3; --soft: #ababad; --line: #46484b; --link: #1d9bd1; --back: #1a1d21; }
}
* { box-sizing: border-box; margin: 0; padding: 0; }
body { background: var(--back); color: var(--text); font: 17px/22px Lato, "Liberation Sans", Arial, sans-serif; }
.message { display: flex; gap: 10px; padding: 8px 16px; overflow-wrap: anywhere; }
.avatar { flex: 0 0 36px; height: 36px; border-radius: 8px; background: #4a154b; }
.body { flex: 1; min-width: 0; }
.sender { font-weight: 900; }
.sender span { font-weight: 400; font-size: 12px; color: var(--soft); }
.block { margin: 8px 0 0; white-space: pre-wrap; }
.header { font-size: 20px; line-height: 25px; font-weight: 900; }
.fields > div { margin: 0 0 4px; }
.context { font-size: 13px; line-height: 18px; color: var(--soft); }
.context > div { margin: 0 0 2px; }
.divider { height: 0; border-top: 1px solid var(--line); margin: 14px 0 6px; }
.quote { border-left: 4px solid var(--line); padding: 0 0 0 12px; margin: 4px 0; }
ul { padding: 0 0 0 22px; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; }
.button { height: 44px; padding: 10px 14px; border: 1px solid var(--line); border-radius: 8px; font-weight: 700; }
.primary { background: #007a5a; border-color: #007a5a; color: #ffffff; }
.danger { color: #e01e5a; border-color: #e01e5a; }
.reply { border-left: 2px solid var(--line); }
pre, code { font: 14px/20px "Liberation Mono", monospace; border: 1px solid var(--line); border-radius: 4px; }
pre { padding: 8px; white-space: pre; overflow: auto; }
a { color: var(--link); text-decoration: none; }
img { max-width: 100%; border-radius: 8px; }
"""


def page(*sent: Mapping[str, Any]) -> str:
    """Messages one below the other, as their channel shows them."""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Slack</title><style>{_STYLE}</style></head><body>{''.join(map(_message, sent))}</body></html>"
    )


def _message(sent: Mapping[str, Any]) -> str:
    blocks = sent.get("blocks") or [{"type": "section", "text": {"type": "mrkdwn", "text": sent["text"]}}]
    return (
        '<div class="message"><div class="avatar"></div><div class="body">'
        f'<div class="sender">watcher <span>APP  9:41</span></div>{"".join(map(_block, blocks))}</div></div>'
    )


def _block(block: Block) -> str:
    return f'<div class="block {block["type"]}">{_BLOCKS[block["type"]](block)}</div>'


def _header(block: Block) -> str:
    return _text(block["text"])


def _section(block: Block) -> str:
    text = _text(block["text"]) if "text" in block else ""
    fields = "".join(f"<div>{_text(field)}</div>" for field in block.get("fields", ()))
    return f"{text}<div class='fields'>{fields}</div>" if fields else text


def _context(block: Block) -> str:
    return "".join(f"<div>{_image(one) if one['type'] == 'image' else _text(one)}</div>" for one in block["elements"])


def _divider(_: Block) -> str:
    return ""


def _image(block: Block) -> str:
    return f'<img src="{escape(block["image_url"])}" alt="{escape(block["alt_text"])}">'


def _actions(block: Block) -> str:
    return "".join(
        f'<div class="button {one.get("style", "")}">{_text(one["text"])}</div>' for one in block["elements"]
    )


def _rich_text(block: Block) -> str:
    return "".join(map(_rich_element, block["elements"]))


def _rich_element(element: Block) -> str:
    if element["type"] == "rich_text_list":
        items = (f"<li>{_rich_texts(item['elements'])}</li>" for item in element["elements"])
        return f"<ul>{''.join(items)}</ul>"
    name = "quote" if element["type"] == "rich_text_quote" else "rich"
    return f'<div class="{name}">{_rich_texts(element["elements"])}</div>'


def _rich_texts(texts: Sequence[Block]) -> str:
    return "".join(map(_rich, texts))


def _rich(text: Block) -> str:
    said = escape(text.get("text") or text.get("url", ""))
    for style, tag in (("bold", "b"), ("italic", "i"), ("strike", "s"), ("code", "code")):
        said = f"<{tag}>{said}</{tag}>" if text.get("style", {}).get(style) else said
    return f'<a href="{escape(text["url"])}">{said}</a>' if text["type"] == "link" else said


def _text(text: Block) -> str:
    return as_html(text["text"]) if text["type"] == "mrkdwn" else escape(text["text"])


_BLOCKS: Mapping[str, Callable[[Block], str]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "divider": _divider,
    "image": _image,
    "actions": _actions,
    "rich_text": _rich_text,
}
