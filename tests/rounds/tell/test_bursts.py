"""Many alerts of a watch for a channel become a group; nothing is lost or doubled, and each home keeps its order."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.messages.messages import SEEN, alert
from watcher.delivery.ledger import Delivery
from watcher.judging.changes import BY_SERIOUSNESS, What
from watcher.messages.alert import Alert
from watcher.messages.group import MOST_LINES, Group
from watcher.rounds.tell.bursts import MOST_SINGLE, group
from watcher.watching.watches import Watch

DROP, RECOVERY = What.DROPPED_TO_INADEQUATE, What.RECOVERED


def watch(name: str, *to: str) -> Watch:
    return Watch(name=name, to=to or ("desk",))


def made(
    number: int, what: What = DROP, *, home: int | None = None, channel: str = "desk", of: str = "all"
) -> Delivery:
    identity = f"SC{number if home is None else home:06}"
    content = alert(
        what, id=f"{number:016x}", home=f"ofsted:{identity}", home_id=identity, watches=tuple(of.split("+"))
    )
    return Delivery.of(channel, content.home, content, content.id, SEEN)


def groups(deliveries: Sequence[Delivery]) -> list[Group]:
    return [delivery.content for delivery in deliveries if isinstance(delivery.content, Group)]


def members(deliveries: Sequence[Delivery], watched: str) -> list[Delivery]:
    (ours,) = [
        delivery for delivery in deliveries if isinstance(delivery.content, Group) and delivery.content.watch == watched
    ]
    return [delivery for delivery in deliveries if delivery.thread == ours.id]


@pytest.mark.parametrize(("count", "grouped"), [(1, 0), (MOST_SINGLE, 0), (MOST_SINGLE + 1, 1), (118, 1)])
def test_more_than_a_few_alerts_are_one_group(count: int, grouped: int) -> None:
    deliveries = [made(number) for number in range(count)]
    found = group(deliveries, [watch("all")], {"desk"})
    assert len(groups(found)) == grouped
    assert [delivery.thread is not None for delivery in found[grouped:]] == [bool(grouped)] * count


def test_a_group_stands_before_its_details_and_says_what_it_is_about() -> None:
    deliveries = [made(n, RECOVERY if n < 2 else DROP) for n in range(7)]
    first, *details = group(deliveries, [watch("all")], {"desk"})
    assert isinstance(first.content, Group)
    assert (first.content.homes, first.content.alerts) == (7, 7)
    assert list(first.content.counts) == [("dropped to inadequate", 5), ("recovered", 2)]
    assert ["is good again" in line or "recovered" in line for line in first.content.lines[:5]] == [False] * 5
    assert [delivery.thread for delivery in details] == [first.id] * 7
    assert first.subject == f"group:{first.id}"
    assert [detail.content.change for detail in details[:5] if isinstance(detail.content, Alert)] == [DROP] * 5


def test_what_matters_most_comes_first_whatever_comes_with_it() -> None:
    assert set(BY_SERIOUSNESS) == set(What)
    (drop,) = [made(99, DROP)]
    (first, *_) = group([*(made(n, What.DROPPED) for n in range(80)), drop], [watch("all")], {"desk"})
    assert isinstance(first.content, Group)
    assert "SC000099" in first.content.lines[0]
    assert len(first.content.lines) == MOST_LINES
    assert first.content.alerts == 81


def test_a_channel_without_threads_gets_single_messages() -> None:
    deliveries = [made(number, channel=name) for number in range(20) for name in ("desk", "screen")]
    found = group(deliveries, [watch("all", "desk", "screen")], {"desk"})
    assert {delivery.channel for delivery in found if delivery.thread} == {"desk"}
    assert [delivery.channel for delivery in found if isinstance(delivery.content, Group)] == ["desk"]


def test_each_watch_has_a_group_of_its_own_and_each_alert_is_in_the_largest_that_asked() -> None:
    both = [made(n, of="derby+all") for n in range(3)]
    rest = [made(n, of="all") for n in range(3, 10)]
    owner = [made(n, of="owner") for n in range(10, 16)]
    few = [made(n, of="few") for n in range(16, 16 + MOST_SINGLE)]
    watches = [watch("derby"), watch("all"), watch("owner"), watch("few"), watch("elsewhere", "screen")]
    found = group([*both, *rest, *owner, *few], watches, {"desk"})
    assert {content.watch for content in groups(found)} == {"all", "owner"}
    assert {delivery.id for delivery in members(found, "all")} == {delivery.id for delivery in (*both, *rest)}
    assert {delivery.id for delivery in members(found, "owner")} == {delivery.id for delivery in owner}


def test_a_watch_counts_for_a_channel_only_if_it_sends_there() -> None:
    deliveries = [made(n, of="screen only+few") for n in range(MOST_SINGLE + 1)]
    assert groups(group(deliveries, [watch("screen only", "screen")], {"desk"})) == []


def test_the_same_alerts_make_the_same_group() -> None:
    deliveries = [made(number) for number in range(8)]
    one, other = (group(list(turned), [watch("all")], {"desk"})[0].id for turned in (deliveries, deliveries[::-1]))
    assert one == other
    assert group(deliveries[:7], [watch("all")], {"desk"})[0].id != one


def test_a_group_is_stored_and_found_as_it_was() -> None:
    for delivery in group(
        [made(number, RECOVERY if number % 2 else DROP) for number in range(9)], [watch("all")], {"desk"}
    ):
        assert Delivery.from_document(delivery.document(), 0) == delivery


ALERTS = st.lists(
    st.tuples(
        st.sampled_from(What),
        st.integers(0, 5),
        st.sampled_from(["desk", "screen", "other"]),
        st.sampled_from(["all", "derby", "derby+all", "all+owner", "nobody"]),
    ),
    max_size=40,
)


@given(ALERTS, st.sets(st.sampled_from(["desk", "other"])))
def test_nothing_is_lost_or_doubled_and_each_home_keeps_its_order(
    drawn: list[tuple[What, int, str, str]], threaded: set[str]
) -> None:
    deliveries = [made(n, what, home=home, channel=name, of=of) for n, (what, home, name, of) in enumerate(drawn)]
    watches = [watch("all", "desk", "screen"), watch("derby", "desk", "other"), watch("owner", "desk")]
    found = group(deliveries, watches, threaded)
    singles = [delivery for delivery in found if not isinstance(delivery.content, Group)]
    assert Counter(delivery.id for delivery in singles) == Counter(delivery.id for delivery in deliveries)
    for channel, home in {(delivery.channel, delivery.subject) for delivery in deliveries}:
        before, after = (
            [delivery.id for delivery in some if (delivery.channel, delivery.subject) == (channel, home)]
            for some in (deliveries, singles)
        )
        assert before == after
    by_group = Counter(delivery.thread for delivery in singles if delivery.thread)
    seen: set[str] = set()
    for delivery in found:
        seen.add(delivery.id)
        assert delivery.thread is None or delivery.thread in seen
        if isinstance(delivery.content, Group):
            assert delivery.content.alerts == by_group[delivery.id] > MOST_SINGLE
            assert delivery.channel in threaded
            ours = [detail for detail in singles if detail.thread == delivery.id]
            assert {detail.channel for detail in ours} == {delivery.channel}
            assert delivery.content.homes == len({detail.subject for detail in ours})
