"""Prints messages on standard output."""
