"""The command `watcher`, and `python -m watcher`: from its first import on, an interruption ends it quietly."""

import signal
import sys


def main() -> None:
    """Runs a command; exit code 130 if it is interrupted. A hangup never ends the service, however early it comes."""
    if sys.argv[1:2] == ["run"]:
        signal.signal(signal.SIGHUP, lambda *_: None)  # its configuration is not read yet
    try:
        from watcher.cli.main import main as command

        command()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is ending already needs no second word
        sys.exit(130)


if __name__ == "__main__":
    main()
