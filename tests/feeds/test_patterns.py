"""No regular expression that meets foreign text takes longer than that is long: each is tried at 100,000 characters.

Every pattern of the feeds and of what they import is found by itself, wherever it is written. Time is the processor's.
"""

import ast
import importlib
import inspect
import pkgutil
import re
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType, ModuleType
from typing import Any

import pytest

import watcher.feeds

LENGTH = 100_000
SECONDS = 1.0
"""Of processor time: a hundred times what a linear search needs, and nothing beside a quadratic one."""
METHODS = {"match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split"}
FILLS = ("a", "A", "1", " ", "<", "(", "é", "a ", "A. ", "a@", "1/")


@dataclass(frozen=True)
class Pattern:
    """A pattern, where it stands, and the methods by which it is used."""

    where: str
    compiled: "re.Pattern[Any]"
    methods: frozenset[str]


def modules() -> list[ModuleType]:
    """The feeds, and all modules of ours that they import."""
    for found in pkgutil.walk_packages(watcher.feeds.__path__, "watcher.feeds."):
        importlib.import_module(found.name)
    pending, seen = {name for name in sys.modules if name.startswith("watcher.feeds")}, set[str]()
    while pending:
        name = pending.pop()
        seen.add(name)
        for value in vars(sys.modules[name]).values():
            origin = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
            if isinstance(origin, str) and origin.startswith("watcher.") and origin not in seen:
                pending.add(origin)
    return [sys.modules[name] for name in sorted(seen) if hasattr(sys.modules[name], "__file__")]


def patterns() -> Iterator[Pattern]:
    """All of them: kept in a module, alone or in a collection, and written where they are used."""
    for module in modules():
        source = inspect.getsource(module)
        if "re." not in source and not any(_within(value) for value in vars(module).values()):
            continue  # what is searched, and how, is read of the few that search
        tree = ast.parse(source)
        called = _calls(tree)
        anywhere = frozenset(method for methods in called.values() for method in methods)
        for name, value in vars(module).items():
            for compiled in _within(value):
                methods = frozenset(called.get(name, ())) or anywhere or frozenset({"search"})
                if isinstance(value, re.Pattern) and name not in called:
                    continue  # imported from where it is tried, or handed on by another name, which is
                yield Pattern(f"{module.__name__}.{name}", compiled, methods)
        yield from _written_in_place(module, tree)


def _within(value: object) -> list["re.Pattern[Any]"]:
    if isinstance(value, re.Pattern):
        return [value]
    if isinstance(value, dict):
        return _within(tuple(value.values()))
    if isinstance(value, tuple | list | frozenset | set):
        return [pattern for part in value for pattern in _within(part)]
    return []


def _calls(tree: ast.AST) -> dict[str, set[str]]:
    """By the name that it is called on, each method that a pattern has."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in METHODS:
            name = node.value.id if isinstance(node.value, ast.Name) else ""
            if name != "re":
                found.setdefault(name, set()).add(node.attr)
    return found


def _written_in_place(module: ModuleType, tree: ast.Module) -> Iterator[Pattern]:
    """Those in a call of `re.search` and its like; what only the running program knows of one is a letter."""
    within_functions = _compiled_within_functions(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(function := node.func, ast.Attribute):
            continue
        is_compiled = node in within_functions
        if (function.attr in METHODS or is_compiled) and ast.unparse(function.value) == "re":
            text = _text(module, node.args[0])
            where = f"{module.__name__}, line {node.lineno}"
            yield Pattern(where, re.compile(text), frozenset({function.attr} & METHODS or {"search"}))


def _compiled_within_functions(tree: ast.Module) -> set[ast.Call]:
    """The calls of something's `compile`; those on a module's top level are kept by a name, by which they are tried."""
    functions = (
        outer for outer in tree.body if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    )
    return {
        inner
        for outer in functions
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Call) and _names_compile(inner)
    }


def _names_compile(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "compile"


def _text(module: ModuleType, node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(module, part) for part in node.values)
    if isinstance(node, ast.FormattedValue | ast.Name):
        return str(vars(module).get(ast.unparse(node.value if isinstance(node, ast.FormattedValue) else node), "x"))
    raise AssertionError(f"{module.__name__}: no pattern can be made of {ast.unparse(node)}")


def texts(pattern: "re.Pattern[Any]") -> Iterable[str]:
    """What is hard to search: runs, and what almost fits, over and over."""
    fits = sample(pattern)
    almost = fits[:-1]
    for unit in sorted({*FILLS, *fits, fits, almost, almost + "\0"} - {""}):
        yield unit * (LENGTH // len(unit))
    yield from (almost + fill * LENGTH + "\0" for fill in sorted({" ", "a", *fits[-1:]}))


def sample(pattern: "re.Pattern[Any]") -> str:
    """A text that fits a pattern, roughly: the first of all alternatives, once what may be repeated."""
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    return "".join(_fitting(importlib.import_module("re._parser").parse(text, pattern.flags & ~re.DEBUG)))


def _fitting(parsed: Any) -> Iterator[str]:
    for kind, said in parsed:
        match str(kind):
            case "LITERAL":
                yield chr(said)
            case "IN":
                yield _member(said)
            case "ANY" | "NOT_LITERAL":
                yield "a"
            case "BRANCH":
                yield from _fitting(said[1][0])
            case "SUBPATTERN":
                yield from _fitting(said[3])
            case "ATOMIC_GROUP":
                yield from _fitting(said)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                yield "".join(_fitting(said[2])) * max(1, min(said[0], 5))
            case "GROUPREF_EXISTS":
                yield from _fitting(said[1])


def _member(members: Any) -> str:
    kind, said = members[0]
    match str(kind):
        case "LITERAL":
            return chr(said)
        case "RANGE":
            return chr(said[0])
        case "CATEGORY":
            return {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " "}.get(str(said), "a")
    return "a"


def use(pattern: "re.Pattern[Any]", method: str, text: str) -> None:
    """One use of a pattern, to its end."""
    foreign: Any = text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")
    match method:
        case "sub" | "subn":
            pattern.sub(foreign[:0], foreign)
        case "finditer":
            for _ in pattern.finditer(foreign):
                pass
        case _:
            getattr(pattern, method)(foreign)


class TooLongError(Exception):
    """The processor has been busy with it for too long."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises TooLongError after so much processor time; a busy machine has no say in that."""

    def over(number: int, frame: FrameType | None) -> None:
        raise TooLongError

    before: Callable[[int, FrameType | None], Any] | int | None = signal.signal(signal.SIGVTALRM, over)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def too_long(pattern: Pattern) -> str | None:
    """A use of a pattern that takes longer than the text is long."""
    for method in sorted(pattern.methods):
        for text in texts(pattern.compiled):
            try:
                with limited(SECONDS):
                    use(pattern.compiled, method, text)
            except TooLongError:
                return f"{pattern.where}.{method}: {text[:30]!r}...{text[-20:]!r}"
    return None


FOUND = {(pattern.compiled.pattern, pattern.compiled.flags, pattern.methods): pattern for pattern in patterns()}


@pytest.mark.parametrize("pattern", FOUND.values(), ids=lambda pattern: pattern.where)
def test_a_pattern_takes_no_longer_than_the_text_is_long(pattern: Pattern) -> None:
    assert too_long(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"\S*(?:[@/]|\w\.\w)\S*", "sub"),
        (r"(.*?)\s*\b(\d{4})", "fullmatch"),
        (r"(\w+ ?)+end", "match"),
        (rb"-repeated=\"\d+[^<>]*/>", "search"),
    ],
)
def test_a_pattern_that_takes_longer_is_found_out(pattern: Any, method: str) -> None:
    assert too_long(Pattern("here", re.compile(pattern), frozenset({method})))


def test_patterns_are_found_wherever_they_are_written() -> None:
    found = {pattern.where.partition(", line")[0] for pattern in patterns()}
    assert {
        "watcher.feeds.ofsted_site.timeline._FILE",
        "watcher.feeds.ofsted_site.report.sections._AREAS",  # in a tuple of tuples
        "watcher.feeds.ofsted_site.search",  # in a function
        "watcher.feeds.web.robots._AGENT",
        "watcher.text._LINK",  # of what the feeds import
    } <= found
