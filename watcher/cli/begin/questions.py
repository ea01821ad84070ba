"""Asks at the terminal what no option has said, and again where an answer can't be meant so."""

import sys
from collections.abc import Callable
from typing import TypeVar

from watcher.cli.begin.understood import AnswerError
from watcher.cli.terminal import err
from watcher.errors import PermanentError

T = TypeVar("T")


def ask(question: str, understand: Callable[[str], T], default: str = "") -> T:
    """What an answer means, asked until it means something; raises PermanentError where nobody answers."""
    while True:
        answer = _answer(f"{question}{f' [{default}]' if default else ''}: ") or default
        if not answer:
            continue
        try:
            return understand(answer)
        except AnswerError as error:
            err.print(str(error), markup=False, highlight=False, style="yellow")


def agrees(question: str) -> bool:
    """Whether somebody says yes; silence is no."""
    try:
        return _answer(f"{question} [y/N]: ").casefold() in ("y", "yes")
    except PermanentError:
        return False


def _answer(question: str) -> str:
    err.print(question, end="", markup=False, highlight=False)
    line = sys.stdin.readline()
    if not line:
        err.print()
        raise PermanentError("nobody answers, and nothing was written: `watcher init -h` lists options for programs")
    return line.strip()
