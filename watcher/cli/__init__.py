"""The commands and what they print; each imports no more than it needs."""
