"""`python -m watcher`."""

from watcher.cli.commands.main import main

main()
