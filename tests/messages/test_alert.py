"""An alert is complete on its own, and its JSON is what other programs rely on."""

import orjson
import pytest

from tests.builders import home, inspection
from watcher.facts.inspection import Home
from watcher.facts.stored import read, stored
from watcher.judging.changes import Change, What
from watcher.judging.judge import judge
from watcher.messages.alert import Alert

BEFORE = inspection("2017-08-23", "good", home="ofsted:SC478986", event="10028586", published="2017-09-11")
DROP = inspection("2018-07-17", "inadequate", home="ofsted:SC478986", event="10050736", published="2018-08-03")
AGAIN = inspection("2018-09-04", "good", home="ofsted:SC478986", event="10068102", published="2018-09-25")
DERBY = home("SC478986", owner="Esland North Limited")


def test_the_founding_case_reads_as_the_contract_says() -> None:
    (change,) = judge([BEFORE], DROP).changes
    line = Alert.of(change, DERBY).routed(("derby",), ("console",)).contract()
    assert line == {
        "change": "dropped to inadequate",
        "home": "ofsted:SC478986",
        "inspection": "ofsted:SC478986:10050736",
        "event": "10050736",
        "kind": "full",
        "inspected": "2018-07-17",
        "published": "2018-08-03",
        "grades": {"overall": "inadequate", "protected": "inadequate", "leaders": "inadequate"},
        "before": {"overall": "good", "protected": "good", "leaders": "good", "inspected": "2017-08-23"},
        "local_authority": "Derby",
        "owner": "Esland North Limited",
        "type": "children's home",
        "watches": ["derby"],
        "channels": ["console"],
        "id": change.id,
    }


def test_each_kind_of_change_adds_what_it_needs() -> None:
    recovered = Alert.of(judge([BEFORE, DROP], AGAIN).changes[0], DERBY).contract()
    assert (recovered["change"], recovered["days_inadequate"]) == ("recovered", 53)
    late = Alert.of(judge([BEFORE, AGAIN], DROP).changes[0], DERBY).contract()
    assert late["superseded_by"]["inspection"] == "ofsted:SC478986:10068102"
    assert late["superseded_by"]["overall"] == "good"
    corrected = Alert.of(judge([BEFORE], inspection("2018-07-17", "good"), DROP).changes[0], DERBY).contract()
    assert corrected["was"] == {"overall": "inadequate", "protected": "inadequate", "leaders": "inadequate"}


def test_what_is_not_known_is_null() -> None:
    change = Change(what=What.FIRST_INADEQUATE, inspection=inspection("2015-01-10", "inadequate", published=None))
    line = Alert.of(change, Home(regulator="ofsted", id="SC000001")).contract()
    assert [line[name] for name in ("published", "event", "before", "owner", "type")] == [None] * 5


@pytest.mark.parametrize(
    "change",
    [
        judge([BEFORE], DROP).changes[0],
        judge([BEFORE, DROP], AGAIN).changes[0],
        judge([BEFORE, AGAIN], DROP).changes[0],
        judge([BEFORE], inspection("2018-07-17", "good"), DROP).changes[0],
        Change(what=What.FIRST_INADEQUATE, inspection=inspection("2015-01-10", "inadequate", published=None)),
    ],
)
def test_an_alert_survives_being_stored(change: Change) -> None:
    for described in (DERBY, Home(regulator="ofsted", id="SC478986")):
        alert = Alert.of(change, described).routed(("derby",), ("console", "desk"))
        document = orjson.loads(orjson.dumps(stored(alert)))
        assert read(Alert, document) == alert
