"""The blocks of a message or a form built again with the public package blockkit, which refuses what Slack would.

It reads no JSON: each block is handed to its own class part by part, and what comes out must be what went in.
"""

from collections.abc import Callable, Mapping
from typing import Any

Block = Mapping[str, Any]


class Rebuilding:
    """Builds blocks again with the classes of a module `blockkit`."""

    def __init__(self, blockkit: Any) -> None:
        self._kit = blockkit
        self._classes: Mapping[str, Callable[..., Any]] = {
            "header": blockkit.Header,
            "section": blockkit.Section,
            "context": blockkit.Context,
            "divider": blockkit.Divider,
            "actions": blockkit.Actions,
            "button": blockkit.Button,
            "rich_text": blockkit.RichText,
            "rich_text_section": blockkit.RichTextSection,
            "rich_text_quote": blockkit.RichTextQuote,
            "rich_text_list": blockkit.RichTextList,
            "text": blockkit.RichTextEl,
            "link": blockkit.RichLinkEl,
            "modal": blockkit.Modal,
            "input": blockkit.Input,
            "plain_text_input": blockkit.PlainTextInput,
        }

    def rebuilt(self, block: Block) -> Any:
        """The same block, as the package writes it; raises what the package raises."""
        return self._made(block).build()

    def _made(self, block: Block) -> Any:
        return self._classes[block["type"]](
            **{name: self._part(name, value) for name, value in block.items() if name != "type"}
        )

    def _part(self, name: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._part("", one) for one in value]
        if name == "style" and isinstance(value, Mapping):
            return self._kit.RichStyle(**value)
        if name == "confirm" and isinstance(value, Mapping) and "type" not in value:
            return self._kit.Confirm(**{part: self._part(part, one) for part, one in value.items()})
        if isinstance(value, Mapping):
            return self._text(value) if value["type"] in ("plain_text", "mrkdwn") else self._made(value)
        return value

    def _text(self, value: Block) -> Any:
        return self._kit.Text(**value)
