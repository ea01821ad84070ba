"""Which cells of an XLSX are days: they are numbers, and the format of their style alone tells (ECMA-376, 18.8.30)."""

import re
import zipfile

from watcher.feeds.tables.xml_events import local, parse, xml_parser

_BUILT_IN = frozenset({*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)})
"""Without 46, which is a length of time."""
_ELAPSED = re.compile(r"\[(?:h{1,9}|m{1,9}|s{1,9})\]", re.IGNORECASE)
_LITERAL = re.compile(r'"[^"]{0,200}"|\[[^\[\]]{0,200}\]|[\\_*].', re.DOTALL)
_DAY_OR_TIME = re.compile(r"[dmyhs]", re.IGNORECASE)


def styles_of_days(name: str, archive: zipfile.ZipFile, part: str) -> frozenset[str]:
    """The numbers of the styles whose cells are days or times, as cells name them."""
    formats: dict[str, str] = {}
    used: list[str] = []
    within: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        kind = local(tag)
        if kind == "numFmt" and "dxfs" not in within:
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif kind == "xf" and within and within[-1] == "cellXfs":
            used.append(attributes.get("numFmtId", "0"))
        within.append(kind)

    parser = xml_parser(name)
    parser.StartElementHandler, parser.EndElementHandler = start, lambda _: within.pop() and None
    for _ in parse(name, archive, part, parser):
        pass
    return frozenset(str(style) for style, number in enumerate(used) if _is_of_days(number, formats.get(number)))


def _is_of_days(number: str, code: str | None) -> bool:
    if code is None:
        return number.isdecimal() and len(number) < 5 and int(number) in _BUILT_IN
    return is_format_of_days(code)


def is_format_of_days(code: str) -> bool:
    """Whether a format shows a number as a day or a time of day, no length of time."""
    return not _ELAPSED.search(code) and _DAY_OR_TIME.search(_LITERAL.sub("", code)) is not None
