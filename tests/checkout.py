"""Where the checkout lies that is tested, and the files that come with its tests."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "tests" / "fixtures"
