"""What is kept of a report's words comes back as it was."""

from datetime import date

from watcher.facts.quotes import Findings, Quote, Requirement
from watcher.facts.stored import read, stored


def test_findings_come_back_from_their_document() -> None:
    findings = Findings(
        quotes=(Quote(text="Children are not protected.", page=3, area="protected"),),
        requirements=(
            Requirement(text="The registered person must keep records.", page=6, due=date(2018, 8, 31)),
            Requirement(text="Staff must be trained.", page=6),
        ),
        more_requirements=2,
        enforcement=Quote(text="a compliance notice was served", page=1),
        children=Quote(text="It provides care for up to five children.", page=1),
    )
    assert read(Findings, stored(findings)) == findings


def test_findings_of_a_report_that_could_not_be_read_keep_the_reason_alone() -> None:
    findings = Findings(unread="it is encrypted")
    assert stored(findings) == {"unread": "it is encrypted"}
    assert read(Findings, stored(findings)) == findings
