"""A sheet of numbers as a terminal shows it: a table where there is room, else each row as a few lines."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from watcher.answers.sheet import Column, Row, Sheet, in_words

SOFT_HYPHEN = "\u00ad"
_INDENT = "  "
NO_FIGURES = "no figures"


def print_numbers(screen: Console, sheet: Sheet) -> None:
    """The rows with what stands below them; whatever the width, nothing is cut."""
    for line in number_lines(sheet, screen.width):
        screen.print(Text(line), soft_wrap=True)
    for line in sheet.below:
        screen.print()
        screen.print(Text(line))


def number_lines(sheet: Sheet, width: int) -> list[str]:
    """The rows at a width: words and numbers beside each other, or numbers below the words, or two by two."""
    words = [column for column in sheet.columns if not column.is_number]
    figures = [column for column in sheet.columns if column.is_number]
    for between in ("  ", " "):
        lines = _table(sheet, sheet.columns, sheet.rows, between)
        if max(map(len, lines), default=0) <= width:
            return lines
    for between in ("  ", " "):
        lines = list(_below(sheet, words, figures, between))
        if max(map(len, lines[1:]), default=0) <= width:
            return lines
    return list(_pairs(sheet, words, figures, width))


def _table(sheet: Sheet, columns: Sequence[Column], rows: Sequence[Row], between: str) -> list[str]:
    """Lines as wide as they need be: the headings, broken where they may be, then a line a row."""
    headings = [_heading(column) for column in columns]
    height = max(map(len, headings), default=1)
    cells = [[*[""] * (height - len(heading)), *heading] for heading in headings]
    for column, cell in zip(columns, cells, strict=True):
        cell += [in_words(column, row[column.key]) for row in rows]
    aligned = []
    for column, cell in zip(columns, cells, strict=True):
        widest = max(map(len, cell))
        aligned.append([said.rjust(widest) if column.is_number else said.ljust(widest) for said in cell])
    return [between.join(line).rstrip() for line in zip(*aligned, strict=True)]


def _heading(column: Column) -> list[str]:
    return [
        line
        for word in column.heading.split()
        for line in word.replace(SOFT_HYPHEN, f"-{SOFT_HYPHEN}").split(SOFT_HYPHEN)
    ]


def _below(sheet: Sheet, words: Sequence[Column], figures: Sequence[Column], between: str) -> Iterator[str]:
    height = max(len(_heading(column)) for column in figures)
    lines = _table(sheet, figures, sheet.rows, between)
    yield _words_of(words)
    yield from (_INDENT + line for line in lines[:height])
    for row, line in zip(sheet.rows, lines[height:], strict=True):
        yield _said(words, row)
        yield _INDENT + (NO_FIGURES if _is_gap(row, figures) else line)


def _pairs(sheet: Sheet, words: Sequence[Column], figures: Sequence[Column], width: int) -> Iterator[str]:
    names = [column.heading.replace(SOFT_HYPHEN, "") for column in figures]
    said = [[in_words(column, row[column.key]) for column in figures] for row in sheet.rows]
    widest = max((len(value) for values in said for value in values), default=1)
    left = max(map(len, names))
    half = (len(figures) + 1) // 2
    for row, values in zip(sheet.rows, said, strict=True):
        yield _said(words, row)
        if _is_gap(row, figures):
            yield _INDENT + NO_FIGURES
            continue
        pairs = [f"{name.ljust(left)} {value.rjust(widest)}" for name, value in zip(names, values, strict=True)]
        beside = [_INDENT + _INDENT.join(two) for two in zip(pairs[:half], [*pairs[half:], ""], strict=False)]
        fits = max(map(len, beside)) <= width
        yield from (line.rstrip() for line in (beside if fits else (_INDENT + pair for pair in pairs)))


def _is_gap(row: Row, figures: Sequence[Column]) -> bool:
    return all(row[column.key] is None for column in figures)


def _words_of(words: Sequence[Column]) -> str:
    return ", ".join(column.heading.lower() if number else column.heading for number, column in enumerate(words))


def _said(words: Sequence[Column], row: Row) -> str:
    known = [in_words(column, row[column.key]) for column in words if row[column.key] is not None]
    return ", ".join(known) or "not known"
