"""The log of changes: rows, and the words for them."""
