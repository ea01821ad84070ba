"""One file a family of commands: it parses, calls and prints."""
