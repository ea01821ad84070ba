"""Everything known and everything told; what is above asks `protocol` alone and never learns how it is kept.

A commit is all or nothing and on the disk before it returns; a history that cannot be read is an error, never a fresh
start.
"""
