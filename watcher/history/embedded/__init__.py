"""The history in a folder: TinyDB with a journal, owned by one process and readable by others.

Every open, write, sync and rename goes through `disk`; `kill -9` at any instruction leaves the old state or the new
one.
"""
