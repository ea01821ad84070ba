"""What was told before is not told again, and the operator hears of a page that flaps."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from tests.builders import home
from tests.rounds.tell.changes import AREA, DROP, NOW, RECOVERY
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Told, Transaction
from watcher.judging.changes import Change, What
from watcher.messages.alert import Alert
from watcher.rounds.tell.told_already import without_those_told


def told(folder: Path, *changes: Change) -> EmbeddedHistory:
    """A history in which these changes were told."""
    history = EmbeddedHistory.open(folder, with_bundle=False)
    known = [Told(alert=Alert.of(change, home()), seen=NOW, feed="site") for change in changes]
    history.commit(Transaction(changes=known))
    return history


def test_new_changes_go_on_in_their_order(tmp_path: Path) -> None:
    with closing(told(tmp_path)) as history:
        assert without_those_told([RECOVERY, AREA], history) == ((RECOVERY, AREA), ())


def test_a_change_that_the_history_has_goes_no_further_and_is_the_operators(tmp_path: Path) -> None:
    with closing(told(tmp_path, DROP)) as history:
        fresh, repeated = without_those_told([DROP, RECOVERY], history)
    assert fresh == (RECOVERY,)
    assert [problem.where for problem in repeated] == [DROP.inspection.key]
    assert repeated[0].what.startswith("dropped to inadequate was told before and has come again")


def test_of_one_reading_a_change_is_told_once(tmp_path: Path) -> None:
    with closing(told(tmp_path)) as history:
        fresh, repeated = without_those_told([DROP, DROP], history)
    assert (fresh, len(repeated)) == ((DROP,), 1)


def test_what_every_reading_finds_anew_is_no_matter_for_the_operator(tmp_path: Path) -> None:
    overdue = replace(DROP, what=What.OVERDUE)
    with closing(told(tmp_path, overdue)) as history:
        assert without_those_told([overdue], history) == ((), ())
