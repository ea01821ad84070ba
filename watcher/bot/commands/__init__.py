"""What `/watcher` answers: `command` reads the words, each other module answers some of them."""
