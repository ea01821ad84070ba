"""Figures and ratios, printed; no test depends on a timer."""
