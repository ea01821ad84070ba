"""Whoever tests a program waits for it no longer than it may live, and leaves none behind."""

import signal
import subprocess
import sys

import pytest

from tests.programs import Program

FOR_EVER = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(600)"]


def test_a_program_is_gone_when_its_test_has_failed() -> None:
    with pytest.raises(ZeroDivisionError), Program(FOR_EVER, stdout=subprocess.PIPE) as program:
        raise ZeroDivisionError
    assert program.returncode == -signal.SIGKILL


def test_one_that_was_stopped_is_gone_too() -> None:
    with Program(FOR_EVER, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"here\n"
        program.send_signal(signal.SIGSTOP)
    assert program.returncode == -signal.SIGKILL


def test_whoever_reads_what_it_says_does_not_wait_for_ever() -> None:
    with Program(FOR_EVER, stdout=subprocess.PIPE, within=0.5) as program:
        assert program.stdout is not None
        assert program.stdout.read() in (b"here\n", b"")


def test_one_that_has_ended_keeps_its_status() -> None:
    with Program([sys.executable, "-c", "raise SystemExit(3)"]) as program:
        assert program.wait(60) == 3
    assert program.returncode == 3
