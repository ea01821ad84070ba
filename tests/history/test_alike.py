"""What many messages say is kept once, and read as if each had it; fewer have it each, as every version did."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from tests.history.kinds import HistoryKind
from tests.messages.messages import alert
from watcher.delivery.alike import FEW_ALIKE, AlikeDocuments, alike
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.said import LIKE, with_content
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.embedded.salvage import salvage
from watcher.history.proof import why_no_history
from watcher.history.protocol import History, Transaction
from watcher.messages.message import Content, Notice

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MANY = FEW_ALIKE + 5


def _for(number: int, content: Content, subject: str = "ofsted:SC000001") -> list[Delivery]:
    return [
        Delivery.of("readers", subject, content, "same", NOW, recipient=f"r{reader}@example.org")
        for reader in range(number)
    ]


def _documents(kind: HistoryKind) -> dict[int, bytes]:
    return dict(enumerate(kind.kept("deliveries").splitlines(), 1))


def test_many_that_say_the_same_have_it_once_and_are_read_as_they_were(
    history: History, history_kind: HistoryKind
) -> None:
    content = alert()
    made = _for(MANY, content)
    history.store(made)
    documents = [orjson.loads(document) for document in _documents(history_kind).values()]
    assert sum("alert" in document for document in documents) == 1
    assert sum(LIKE in document for document in documents) == MANY - 1
    kept = list(history.deliveries(open_only=True))
    assert [replace(delivery, number=0) for delivery in kept] == made
    assert {delivery.number for delivery in history.messages_about(content.id)} == set(range(1, MANY + 1))
    assert len({id(delivery.content) for delivery in kept[1:]}) == 1  # in memory too
    accepted = replace(kept[5], detail="taken")
    history.store([accepted])
    found = history.delivery(accepted.id)
    assert found is not None
    assert (found.detail, found.content) == ("taken", content)


def test_few_have_it_each(history: History, history_kind: HistoryKind) -> None:
    history.store(_for(FEW_ALIKE, alert()))
    assert all(LIKE not in orjson.loads(document) for document in _documents(history_kind).values())


def test_one_that_is_known_says_nothing_for_others_and_is_left_out(history: History, history_kind: HistoryKind) -> None:
    made = _for(MANY, alert())
    history.store(made[:1])
    history.store([*made, *made])
    assert len(_documents(history_kind)) == MANY
    assert why_no_history({"deliveries": _documents(history_kind)}) is None


def test_a_document_after_another_that_is_alike_is_as_its_message_makes_it() -> None:
    made = _for(4, alert())
    other = replace(made[2], is_shown=True)
    one_by_one = AlikeDocuments()
    for delivery in (*made[:2], other, made[3], replace(made[0], recipient=None)):
        assert orjson.dumps(one_by_one.document(delivery, "x" * 16)) == orjson.dumps(delivery.document(like="x" * 16))


def test_only_the_very_same_content_is_alike() -> None:
    one, other = Notice(title="one", text=""), Notice(title="one", text="")
    made = [*_for(FEW_ALIKE, one), *(replace(later, id=f"{later.id}2") for later in _for(FEW_ALIKE, other))]
    assert alike(made) == {}


@pytest.mark.parametrize("damage", ["gone", "circle", "another kind"])
def test_a_backup_whose_messages_leave_what_they_say_to_nobody_is_refused(
    history: History, history_kind: HistoryKind, damage: str
) -> None:
    history.store(_for(MANY, alert()))
    documents = _documents(history_kind)
    first = orjson.loads(documents[1])
    if damage == "gone":
        del documents[1]
    elif damage == "circle":
        like = {"id": orjson.loads(documents[2])["id"], "kind": "alert", "change": first["alert"]["id"]}
        documents[1] = orjson.dumps({**{k: v for k, v in first.items() if k != "alert"}, LIKE: like})
    else:
        second = orjson.loads(documents[2])
        documents[2] = orjson.dumps({**second, LIKE: {**second[LIKE], "kind": "notice"}})
    assert "of the table deliveries" in str(why_no_history({"deliveries": documents}))


def test_what_is_salvaged_has_its_content_though_the_one_that_has_it_was_not_accepted(tmp_path: Path) -> None:
    content = alert()
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    history.store(_for(MANY, content))
    kept = list(history.deliveries())
    sent = [replace(delivery.sending(NOW), state=State.ACCEPTED) for delivery in kept[1:3]]
    history.commit(Transaction(deliveries=sent))
    history.close()
    found = salvage(sorted(path for path in tmp_path.iterdir() if path.is_file()))
    documents = [orjson.loads(document) for document in found.accepted.values()]
    assert [Delivery.from_document(document, 1).content for document in documents] == [content, content]


def test_a_content_that_stands_nowhere_is_an_error() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        with_content({"id": "a", LIKE: {"id": "b", "kind": "alert"}}, lambda _: None)


def test_given_up_and_last_sent_are_asked_by_themselves(history: History) -> None:
    made = _for(4, alert()) + [Delivery.of("desk", "home", alert(), f"{number}", NOW) for number in range(3)]
    history.store(made)
    refused, unknown, early, late, *rest = (sent.sending(NOW) for sent in history.deliveries())
    ended = [
        replace(refused, state=State.REFUSED),
        replace(unknown, state=State.UNKNOWN),
        replace(early, state=State.ACCEPTED),
        replace(late, state=State.ACCEPTED, recipient=early.recipient, attempted=NOW + timedelta(minutes=1)),
        replace(rest[0], state=State.ACCEPTED, attempted=NOW + timedelta(minutes=2)),
        replace(rest[1], state=State.ACCEPTED),
    ]
    history.store(ended)
    assert [one.id for one in history.given_up()] == [refused.id, unknown.id]
    last = [refused, unknown, late, rest[0]]
    assert [one.id for one in history.last_sent()] == [one.id for one in last]


def test_a_commit_beside_others_follows_what_it_was_made_from_or_is_left(history: History) -> None:
    one, other, third = (
        Transaction(deliveries=[Delivery.of("desk", "home", alert(), f"{number}", NOW)]) for number in range(3)
    )
    before = history.version
    assert history.commit_beside(one, before)
    assert not history.commit_beside(other, before)
    assert history.commit_beside(third, history.version)
    assert [known.id for known in history.deliveries()] == [one.deliveries[0].id, third.deliveries[0].id]
    assert history.version == before + 2
