"""The commands and what they print; each imports no more than it needs.

What is printed for people and as JSON for programs stays as it is from version to version.
"""
