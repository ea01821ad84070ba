"""Links in messages: each does one thing for as long as it is good, and nothing else is ever read from a token."""

import random
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from watcher.messages.links import GOOD_FOR, LONGEST_TOKEN, NOT_SIGNED, Link, Links, NoLink, Purpose

MADE = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
OURS = Links("https://watcher.example.org/seen", b"k" * 32)
THEIRS = Links("https://watcher.example.org/seen", b"t" * 32)
DESK = "desk@example.org"


def token(address: str) -> str:
    return address.rpartition("/act/")[2]


def made_by(links: Links) -> dict[Purpose, str]:
    return {
        Purpose.ACKNOWLEDGE: links.acknowledge("0123456789abcdef", DESK, MADE),
        Purpose.SILENCE: links.silence("ofsted:SC478986", DESK, MADE),
        Purpose.STOP_MAILS: links.stop_mails(DESK, MADE),
    }


EACH = [pytest.param(purpose, token(address), id=purpose.value) for purpose, address in made_by(OURS).items()]


def test_pages_have_addresses_below_that_of_the_site_and_everything_in_them_is_quoted() -> None:
    assert OURS.home("ofsted:SC478986") == "https://watcher.example.org/seen/homes/ofsted:SC478986"
    assert OURS.change("0123456789abcdef") == "https://watcher.example.org/seen/changes/0123456789abcdef"
    assert OURS.status() == "https://watcher.example.org/seen/status"
    odd = OURS.home('x:../a b?c#d"<é>')
    assert unquote(urlsplit(odd).path) == '/seen/homes/x:../a b?c#d"<é>'
    assert not set(odd) & set(' "<>?#é')
    assert odd.count("/") == OURS.home("x").count("/")


@pytest.mark.parametrize(("purpose", "signed"), EACH)
def test_a_link_says_what_it_is_for_about_what_and_to_whom_it_was_sent(purpose: Purpose, signed: str) -> None:
    subjects = {
        Purpose.ACKNOWLEDGE: "0123456789abcdef",
        Purpose.SILENCE: "ofsted:SC478986",
        Purpose.STOP_MAILS: DESK,
    }
    assert OURS.read(signed, MADE) == Link(purpose, subjects[purpose], DESK, MADE)
    assert len(signed) < 200


def test_the_same_message_has_the_same_links_at_every_attempt() -> None:
    assert made_by(OURS) == made_by(Links("https://watcher.example.org/seen", b"k" * 32))


def test_a_link_is_good_for_14_days_and_one_that_stops_mails_for_ever() -> None:
    last, over = MADE + GOOD_FOR - timedelta(seconds=1), MADE + GOOD_FOR
    for purpose, address in made_by(OURS).items():
        assert isinstance(OURS.read(token(address), last), Link)
        found = OURS.read(token(address), over)
        assert (found is NoLink.EXPIRED) == (purpose is not Purpose.STOP_MAILS)
    stop = OURS.read(token(OURS.stop_mails(DESK, MADE)), MADE + timedelta(days=36_500))
    assert isinstance(stop, Link)
    assert stop.until is None


@pytest.mark.parametrize(("purpose", "signed"), EACH)
def test_another_installation_s_link_does_nothing_and_is_told_from_a_forged_one(purpose: Purpose, signed: str) -> None:
    assert THEIRS.read(signed, MADE) is NoLink.FOREIGN
    assert OURS.read(token(made_by(THEIRS)[purpose]), MADE) is NoLink.FOREIGN
    # the fingerprint of ours before what theirs has signed
    mixed = signed[:8] + token(made_by(THEIRS)[purpose])[8:]
    assert OURS.read(mixed, MADE) is NoLink.FORGED


@pytest.mark.parametrize(("purpose", "signed"), EACH)
def test_of_a_part_of_a_link_nothing_is_believed(purpose: Purpose, signed: str) -> None:
    found = {OURS.read(signed[:length], MADE) for length in range(1, len(signed))}
    assert found == {NoLink.TRUNCATED}, purpose
    assert all(isinstance(OURS.read(signed[at:], MADE), NoLink) for at in range(1, len(signed)))


@pytest.mark.parametrize(("purpose", "signed"), EACH)
@given(data=st.data())
def test_of_a_link_with_another_letter_nothing_is_believed(purpose: Purpose, signed: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(signed) - 2))  # two bits of the last letter say nothing
    letter = data.draw(st.sampled_from("ABCxyz019-_.~/% é"))
    found = OURS.read(signed[:at] + letter + signed[at + 1 :], MADE)
    assert isinstance(found, NoLink) != (signed[at] == letter)


@given(st.one_of(st.text(), st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape"))), st.booleans())
def test_whatever_stands_in_the_place_of_a_token_is_refused_and_never_raises(said: str, is_long: bool) -> None:
    said = said * 2_000 if is_long else said
    assert isinstance(OURS.read(said, MADE), NoLink)
    fingerprint = token(OURS.stop_mails(DESK, MADE))[:8]
    assert isinstance(OURS.read(fingerprint + said, MADE), NoLink)


@given(st.text(max_size=60), st.text(max_size=60), st.integers(0, 200_000_000_000))
def test_whatever_a_link_is_about_is_read_back(subject: str, recipient: str, seconds: int) -> None:
    made = datetime.fromtimestamp(seconds, UTC)
    address = OURS.acknowledge(subject, recipient, made)
    assert OURS.read(token(address), made) == Link(Purpose.ACKNOWLEDGE, subject, recipient, made)


def test_a_token_of_more_than_a_thousand_letters_is_refused_unread_though_it_is_ours() -> None:
    longest = OURS.acknowledge("a", random.Random(1).randbytes(1_200).hex(), MADE)
    assert len(token(longest)) > LONGEST_TOKEN
    assert OURS.read(token(longest), MADE) is NoLink.FORGED


@pytest.mark.parametrize("said", [None, 5, [], ["a", "b"], ["a", "b", "c"], ["a", "b", 1e300], {"a": 1}])
def test_what_another_version_signed_in_another_form_is_refused(said: object) -> None:
    import hashlib

    ours = token(OURS.acknowledge("a", "b", MADE))
    serializer = URLSafeSerializer(
        b"k" * 32,
        salt="watcher.act.acknowledge",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
    assert ours[:8] + str(serializer.dumps(["a", "b", int(MADE.timestamp())])) == ours
    assert OURS.read(ours[:8] + str(serializer.dumps(said)), MADE) is NoLink.FORGED


def test_without_a_key_pages_have_addresses_and_nothing_can_be_done_with_what_would_be_signed() -> None:
    keyless = Links("http://127.0.0.1:8080")
    assert keyless.change("a") == "http://127.0.0.1:8080/changes/a"
    assert keyless.stop_mails(DESK, MADE).endswith(NOT_SIGNED)
    assert isinstance(keyless.read(NOT_SIGNED, MADE), NoLink)
    assert isinstance(OURS.read(NOT_SIGNED, MADE), NoLink)
    assert isinstance(keyless.read(token(OURS.stop_mails(DESK, MADE)), MADE), NoLink)


def test_each_reason_says_what_to_do() -> None:
    assert all("pen " in reason.advice for reason in NoLink)
