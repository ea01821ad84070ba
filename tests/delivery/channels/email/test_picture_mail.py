"""The picture in a mail: inside it, named by the page, with words for those who don't see it; never a hindrance."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.messages.messages import message
from tests.messages.wordings import founding_case
from watcher.delivery.channels.email.mail import mail
from watcher.delivery.channels.email.rendering import Rendered, render_wording
from watcher.messages import picture
from watcher.messages.template_set import Templates

LONDON = ZoneInfo("Europe/London")


def mailed(rendered: Rendered) -> EmailMessage:
    content = mail(rendered, message(), "mail", "watcher@example.org", ["desk@example.org"], LONDON)
    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    return message_from_bytes(content, policy=default)


def test_text_and_page_are_alternatives_and_the_picture_belongs_to_the_page() -> None:
    one = mailed(render_wording(founding_case(), message().id))
    assert [part.get_content_type() for part in one.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]
    assert not one.defects
    image = list(one.walk())[-1]
    assert image["Content-ID"] == "<feedfacefeedface.timeline@watcher>"
    assert image.get_content_disposition() == "inline"
    assert image.get_content().startswith(b"\x89PNG")
    page = one.get_body(("html",))
    assert page is not None
    assert 'src="cid:feedfacefeedface.timeline@watcher"' in page.get_content()
    assert 'alt="Graded inspections since 2014, oldest first: ' in page.get_content()
    assert list(one.iter_attachments()) == []


@pytest.fixture(autouse=True)
def nothing_drawn_yet() -> None:
    picture.drawn.cache_clear()


def test_the_mails_to_all_readers_of_a_message_share_one_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    drawings: list[object] = []

    def draws(points: object) -> bytes:
        drawings.append(points)
        return b"PNG"

    monkeypatch.setattr(picture, "png", draws)
    first, second = (render_wording(founding_case(), recipient).picture for recipient in ("one", "other"))
    assert first is not None
    assert second is not None
    assert first.cid != second.cid
    assert first.content == second.content == b"PNG"
    assert len(drawings) == 1


def test_without_a_timeline_the_mail_has_two_parts_as_ever() -> None:
    wording = founding_case()
    one = mailed(render_wording(type(wording)(title=wording.title), message().id))
    assert [part.get_content_type() for part in one.walk()] == ["multipart/alternative", "text/plain", "text/html"]


class PanicException(BaseException):  # as the libraries call it
    """What a library in Rust raises when it gives up."""


@pytest.mark.parametrize("error", [RuntimeError("no such font"), MemoryError(), PanicException("index out of bounds")])
def test_a_picture_that_cannot_be_drawn_is_told_in_text_and_to_the_operator(
    error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_: Any) -> bytes:
        raise error

    monkeypatch.setattr("resvg_py.svg_to_bytes", fails)
    rendered = render_wording(founding_case(), message().id)
    assert rendered.picture is None
    assert "without the picture" in rendered.remark
    assert "2014 RI · 2015 G" in rendered.html
    assert "<img" not in rendered.html
    assert len(list(mailed(rendered).walk())) == 3


def test_being_stopped_is_no_failure_of_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    def stops(_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(picture, "png", stops)
    with pytest.raises(KeyboardInterrupt):
        render_wording(founding_case(), "m")


def test_a_page_that_does_not_show_the_picture_does_not_carry_it(tmp_path: Path) -> None:
    (tmp_path / "alert.html").write_text('{% extends "built-in/alert.html" %}{% block timeline %}{% endblock %}')
    rendered = render_wording(founding_case(), "m", Templates(tmp_path))
    assert (rendered.picture, rendered.remark) == (None, "")
