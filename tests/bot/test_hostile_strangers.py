"""Who acted in Slack, why and by which id is told to nobody on the pages who is not signed in."""

from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.bot.world import CHANGE, HOME, bot_world
from tests.standins.slack_payloads import BOT_USER, block_actions, member_left_channel, slash_command, view_submission
from tests.web.serving import app, serving, site
from watcher.bot.payloads import REASON
from watcher.delivery.channels.slack.buttons import ACKNOWLEDGE, SILENCE

pytestmark = pytest.mark.anyio

NAME, USER, WHY = "zebedee.unseen", "U0UNSEEN", "an unseen reason"


async def test_strangers_hear_of_no_people(tmp_path: Path) -> None:
    async with bot_world(tmp_path) as world:
        for button in (ACKNOWLEDGE, SILENCE):
            payload = block_actions(button, world.told().id, user=USER, response_url="about:blank")
            payload["user"]["username"] = payload["user"]["name"] = NAME
            await world.done(world.lines.send("interactive", payload))
        reason = view_submission(REASON, {REASON: {REASON: WHY}}, private_metadata=world.told().id, user=USER)
        await world.done(world.lines.send("interactive", reason))
        assert world.acknowledgement is not None
        assert (world.acknowledgement.by, world.acknowledgement.why) == (NAME, WHY)
        for place in ("C0123456789", "C0456"):
            world.slack.channels.add(place)
            command = slash_command("watch owner Care all", user=USER, channel=place, response_url="about:blank")
            await world.done(world.lines.send("slash_commands", {**command, "user_name": NAME}))
        await world.done(world.lines.send("events_api", member_left_channel(BOT_USER, channel="C0456")))
        made = world.history.made_watches()
        assert [watch.by for watch in made] == [NAME, NAME]
        paths = [
            "/", "/homes", f"/homes/{HOME}", f"/changes/{CHANGE}", "/changes", "/status", "/metrics", "/healthz",
            "/numbers", "/changes.atom", "/calendar.ics", "/owners/Care", "/homes.json", f"/homes/{HOME}.json",
            f"/changes/{CHANGE}.json", "/changes.json", "/status.json", "/homes.csv", "/changes.csv",
            "/owners/Care.json",
        ]  # fmt: skip
        paths += [f"/watches/{quote(watch.name, safe='')}{form}" for watch in made for form in ("", ".atom", ".json")]
        with serving(app(site(world.desk.settings(), world.history))) as url:
            async with httpx.AsyncClient(base_url=url) as client:
                answers = {path: await client.get(path) for path in paths}
    assert [path for path, answer in answers.items() if answer.status_code != 200] == []
    for path, answer in answers.items():
        assert [
            secret for secret in (NAME, USER, WHY, "zebedee") if secret.casefold() in answer.text.casefold()
        ] == [], path
    assert "acknowledged" in answers[f"/changes/{CHANGE}"].text.casefold()
