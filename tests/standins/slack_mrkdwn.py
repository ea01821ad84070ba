"""Slack's mark-up as HTML, as far as the product writes it: links, bold, code, entities."""

import re
from html import escape, unescape

_PIECE = re.compile(
    r"```(?P<block>[^`]+)```|`(?P<code>[^`\n]+)`"
    r"|<(?P<address>https?://[^|>]+)(?:\|(?P<words>[^>]*))?>|\*(?P<bold>[^*\n]+)\*"
)


def as_html(text: str) -> str:
    """The text as a reader sees it; what Slack would show as it is stays as it is."""
    made, end = [], 0
    for found in _PIECE.finditer(text):
        made.append(escape(unescape(text[end : found.start()])))
        made.append(_piece(found))
        end = found.end()
    return "".join([*made, escape(unescape(text[end:]))])


def _piece(found: re.Match[str]) -> str:
    if found["block"]:
        return f"<pre>{escape(unescape(found['block'].strip()))}</pre>"
    if found["code"]:
        return f"<code>{escape(unescape(found['code']))}</code>"
    if found["bold"]:
        return f"<b>{escape(unescape(found['bold']))}</b>"
    address = unescape(found["address"])
    return f'<a href="{escape(address)}">{escape(unescape(found["words"] or address))}</a>'
