"""The report files that the demonstration brings: `python -m tests.standins.reports.show_case` writes them again."""

import io
import zipfile
from pathlib import Path

from tests.checkout import ROOT
from tests.clock import ManualClock
from tests.standins.reports.report_pdf import report_pdf
from watcher.cli.demo.show_case import BEGINS, cast, report_name
from watcher.cli.demo.site import DemoSite
from watcher.history.embedded.history import EmbeddedHistory

ARCHIVE = ROOT / "watcher" / "cli" / "demo" / "reports.zip"


def reports() -> dict[str, bytes]:
    """Each report of the demonstration's summer by its name in the archive."""
    history = EmbeddedHistory.open(Path("no such folder"), read_only=True)
    players = cast(history)
    history.close()
    site = DemoSite(players.homes, players.published, ManualClock(BEGINS), report_pdf)
    return {
        report_name(document.home, document.inspection): report_pdf(
            document.home, document.inspection, site.before(document)
        )
        for document in site.documents
    }


def packed(files: dict[str, bytes]) -> bytes:
    """One archive of these files, the same bytes at every run."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packing:
        for name, content in sorted(files.items()):
            packing.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


if __name__ == "__main__":
    ARCHIVE.write_bytes(packed(reports()))
