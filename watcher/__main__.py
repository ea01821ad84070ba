"""`python -m watcher`."""

from watcher.cli.main import main

main()
