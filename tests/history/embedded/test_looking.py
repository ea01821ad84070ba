"""A history that is only looked at finds the same as one that is owned, before its indexes are made and after."""

from pathlib import Path

from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.embedded.tables import FEW


def test_who_only_looks_finds_what_the_owner_finds(tmp_path: Path) -> None:
    owned = EmbeddedHistory.open(tmp_path)
    looked_at = EmbeddedHistory.open(tmp_path, read_only=True)
    bundled = EmbeddedHistory.open(tmp_path / "nowhere", read_only=True)
    homes = sorted(home.key for home in owned.homes())[: 2 * FEW]
    for key in (*homes, "ofsted:SC478986", "ofsted:nobody"):
        for history in (looked_at, bundled):
            assert history.home(key) == owned.home(key)
            assert history.records(key) == owned.records(key)
    assert not (tmp_path / "nowhere").exists()
    owned.close()
