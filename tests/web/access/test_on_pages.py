"""The pages know who is signed in: they show his name and his way out, and are others for him than for everybody."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from tests.clock import ManualClock
from tests.web import stage
from tests.web.access.test_sign_in import HASH, sign_in
from tests.web.markup import faults
from tests.web.serving import serving
from watcher.answers.kept.kept import Kept
from watcher.config.users_file import put_user
from watcher.config.web import Web
from watcher.delivery.outbox import Outbox
from watcher.service.standing import stored_standing
from watcher.web.access.access import Access
from watcher.web.application import application
from watcher.web.health import Health
from watcher.web.metrics import Metrics
from watcher.web.site import Site


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[httpx.Client]:
    web = Web(users_file=tmp_path / "users", base_url="https://watcher.example.org")
    settings = stage.settings(tmp_path).model_copy(update={"web": web})
    put_user(tmp_path / "users", "ada@example.org", HASH, is_new=True)
    history, clock = stage.small(tmp_path), ManualClock(stage.NOW)
    site = Site(
        history=history,
        settings=lambda: settings,
        clock=clock,
        standing=lambda: stored_standing(settings, history, clock.now()),
        access=Access(web, history, clock),
        kept=Kept(history, lambda: settings),
        outbox=Outbox(history, {}, clock),
        release=lambda feed, signature: None,
        watches_altered=lambda: None,
    )
    well = Health(alive=True, heartbeat_age=timedelta(), feeds={}, oldest_unsent=None)
    try:
        with (
            serving(application(lambda: well, Metrics(), site=site)) as url,
            httpx.Client(base_url=url, trust_env=False, timeout=30) as client,
        ):
            yield client
    finally:
        history.close()


def test_a_page_has_the_name_of_who_is_signed_in_and_is_another_than_everybody_s(browser: httpx.Client) -> None:
    everybodys = browser.get("/homes")
    assert '<a href="/sign-in?next=/homes">Sign in</a>' in everybodys.text
    assert "ada@example.org" not in everybodys.text
    tag = {"If-None-Match": everybodys.headers["etag"]}
    assert browser.get("/homes", headers=tag).status_code == 304
    assert sign_in(browser).status_code == 303
    ours = browser.get("/homes", headers=tag)
    assert ours.status_code == 200
    assert "ada@example.org" in ours.text
    assert "Sign out" in ours.text
    again = browser.get("/homes", headers={"If-None-Match": ours.headers["etag"]})
    assert again.status_code == 304


def test_the_pages_are_reached_by_the_name_that_base_url_has_and_by_no_other(browser: httpx.Client) -> None:
    assert browser.get("/homes", headers={"Host": "watcher.example.org"}).status_code == 200
    assert browser.get("/homes", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_the_pages_of_signing_in_and_out_are_sound(browser: httpx.Client, is_signed_in: bool) -> None:
    if is_signed_in:
        sign_in(browser)
    for path in ("/sign-in", "/sign-out"):
        page = browser.get(path)
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        assert faults(page.text) == []
