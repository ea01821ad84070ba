"""The machine this program runs on: the way out of it, which addresses are its own, and which process owns a folder."""
