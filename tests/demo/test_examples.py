"""The examples in the documentation are what would be sent today."""

import json
from pathlib import Path

import pytest

from tests.standins import slack_rules
from watcher.demo.examples import examples, founding_case

DOCS = Path(__file__).parent.parent.parent / "docs"


@pytest.mark.parametrize("name", examples())
def test_an_example_is_what_would_be_sent_today(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == examples()[name], "run make examples, and look at them"


def test_there_is_no_example_that_nobody_makes() -> None:
    found = {file.relative_to(DOCS).as_posix() for file in (DOCS / "examples").iterdir() if file.is_file()}
    assert found == {name for name in examples() if name.startswith("examples/")}


def test_every_word_of_the_generated_report_says_that_it_is_an_example() -> None:
    """The home is a real one: nobody must take these sentences for the inspectors'."""
    for case in founding_case():
        findings = case.alert.findings
        assert findings is not None
        assert findings.quotes
        quoted = [*findings.quotes, *findings.requirements, findings.children]
        assert all(one is None or one.text.startswith("Example text:") for one in quoted)
        enforcement = findings.enforcement
        assert enforcement is None or enforcement.text.startswith(("Example text:", "none"))


def test_slack_takes_the_examples() -> None:
    for name in ("slack.json", "slack-recovery.json"):
        sent = json.loads(examples()[f"examples/{name}"])
        assert slack_rules.rejection(sent) is None
        assert not slack_rules.rings(sent)
