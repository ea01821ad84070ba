"""The examples in the documentation are what would be sent today."""

import json

from tests.checkout import ROOT
from tests.examples import HOME, examples, founding_case, morning
from tests.standins import slack_rules

DOCS = ROOT / "docs"


def test_an_example_is_what_would_be_sent_today() -> None:
    shown = {name: (DOCS / name).read_text(encoding="utf-8") for name in examples()}
    assert shown == examples(), "run make examples, and look at them"


def test_there_is_no_example_that_nobody_makes() -> None:
    found = {file.relative_to(DOCS).as_posix() for file in (DOCS / "examples").iterdir() if file.is_file()}
    assert found == {name for name in examples() if name.startswith("examples/")}


def test_every_word_of_the_generated_report_says_that_it_is_an_example() -> None:
    """The home is a real one: nobody must take these sentences for the inspectors'."""
    told = {item.alert.home: item.alert for item in morning().items}
    assert [alert.home for alert in told.values() if alert.findings] == [HOME], "nothing is invented of others"
    for alert in (*(case.alert for case in founding_case()), told[HOME]):
        findings = alert.findings
        assert findings is not None
        assert findings.quotes
        quoted = [*findings.quotes, *findings.requirements, findings.children]
        assert all(quote is None or quote.text.startswith("Example text:") for quote in quoted)
        enforcement = findings.enforcement
        assert enforcement is None or enforcement.text.startswith(("Example text:", "none"))


def test_slack_takes_the_examples() -> None:
    for name in ("slack.json", "slack-recovery.json"):
        sent = json.loads(examples()[f"examples/{name}"])
        assert slack_rules.rejection(sent) is None
        assert not slack_rules.rings(sent)
    change = json.loads(examples()["examples/slack-first-alert-after.json"])
    assert slack_rules.rejection_of_update(change) is None
    assert not slack_rules.rings(change)


def test_the_recovery_is_shown_in_the_thread_of_the_first_alert_which_says_so_then() -> None:
    reply, after = (json.loads(examples()[f"examples/slack-{name}.json"]) for name in ("recovery", "first-alert-after"))
    assert reply["thread_ts"] == after["ts"]
    assert reply["reply_broadcast"] is True
    assert "\nNow: recovered after 53 days" in after["text"]


def test_the_digest_is_one_that_could_have_been_sent() -> None:
    """Of what was published before its morning, without the end of what it tells as news."""
    digest = morning()
    assert all(item.seen.date() < digest.day for item in digest.items)
    assert all(item.alert.published == item.seen.date() for item in digest.items)
    homes = [item.alert.home for item in digest.items]
    assert len(homes) == len(set(homes)) >= 4
    assert homes[0] == HOME
