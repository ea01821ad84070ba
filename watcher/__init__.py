"""Watches what public inspectors publish and tells people when a home drops to inadequate."""

__version__ = "0.1.0"
