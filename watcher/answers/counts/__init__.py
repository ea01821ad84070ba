"""Counts and rates, their charts and remarks, and the names that homes have in common."""
