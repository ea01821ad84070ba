"""What the buttons under an alert do: each looks up what is meant, does it once, and says what only one person hears.

Ids come from Slack and are looked up; what a button would do to a message of another channel, it does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from watcher.actions.acknowledge import acknowledge, acknowledgement_of, add_reason
from watcher.actions.silence import add_silence, silence_of
from watcher.bot.desk import BotDesk
from watcher.bot.payloads import REASON
from watcher.bot.places import channel_of, place_of_channel
from watcher.bot.said import Said
from watcher.delivery.channels.slack.buttons import ACKNOWLEDGE, SILENCE
from watcher.delivery.ledger import Delivery
from watcher.errors import WatcherError
from watcher.facts.inspection import Home
from watcher.messages.alert import Alert
from watcher.messages.grades_in_words import change_called
from watcher.messages.links import SILENCE_FOR
from watcher.messages.numbers import british_moment
from watcher.messages.titles import home_title
from watcher.rounds.remind import home_of
from watcher.rounds.reminders import Case
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.asked import Asked
from watcher.watching.deeds import LONGEST_REASON, Door
from watcher.watching.silences import Silence, silencing

FOR = f"{SILENCE_FOR.days}d"
WHY_SILENCED = "with the button under an alert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """What a press came to."""

    said: Said | None = None
    """For whoever pressed alone; None where the message itself says it."""
    form: Mapping[str, Any] | None = None
    """A form that is opened for whoever pressed."""
    is_done: bool = False
    """Whether messages are to be changed."""


class NotMeantError(WatcherError):
    """What was pressed cannot be meant; the text is for whoever pressed."""


def alert_meant(desk: BotDesk, asked: Asked) -> Delivery:
    """The alert whose button was pressed; raises NotMeantError for anything else."""
    delivery = desk.history.delivery(asked.subject)
    if delivery is None or not isinstance(delivery.content, Alert):
        raise NotMeantError(
            "This watcher does not know that message: it may have been sent before its history was restored, or by "
            "another watcher. Nothing was done."
        )
    posted_in = place_of_channel(desk.settings(), delivery.channel)
    if asked.place and posted_in and asked.place != posted_in:
        raise NotMeantError("That button belongs to a message of another channel. Nothing was done.")
    if channel_of(desk.settings(), delivery.channel) != asked.way:
        raise NotMeantError("That message was sent by another bot. Nothing was done.")
    return delivery


def acknowledged(desk: BotDesk, asked: Asked, delivery: Delivery) -> Pressed:
    """Takes an alert in hand, and asks for a reason, which need not be given."""
    alert = _alert(delivery)
    given = acknowledgement_of(alert.id, by=asked.by, why="", now=asked.at, door=Door.SLACK.value, user=asked.user)
    known = desk.history.acknowledgement(alert.id)
    if known is not None and replace(known, why="") != given:
        return Pressed(said=_acknowledged_before(desk, alert, known))
    if known is None:
        if over := why_over(desk, alert):
            return Pressed(said=Said.of("Nothing to acknowledge", over))
        acknowledge(desk.history, desk.outbox, given)
    return Pressed(form=_form(delivery, home_title(_home(desk, alert))), is_done=True)


def reasoned(desk: BotDesk, asked: Asked, delivery: Delivery) -> Pressed:
    """Adds the reason that somebody gives to their own acknowledgement."""
    alert = _alert(delivery)
    known = desk.history.acknowledgement(alert.id)
    if known is None or known.door != Door.SLACK.value or known.user != asked.user:
        return Pressed(said=Said.of("Your reason was not kept", "It is not you who acknowledged this alert."))
    if known.why == asked.text:
        return Pressed(is_done=True)
    is_added = add_reason(
        desk.history,
        desk.outbox,
        alert.id,
        by=known.by,
        at=known.at,
        door=known.door,
        why=asked.text,
        user=known.user,
    )
    if not is_added:
        return Pressed(said=Said.of("Your reason was not kept", f"You gave one before: {known.why}"))
    return Pressed(is_done=True)


def silenced(desk: BotDesk, asked: Asked, delivery: Delivery) -> Pressed:
    """Has nothing sent about the home for as long as the button says."""
    alert, settings = _alert(delivery), desk.settings()
    silence = silence_of(
        {"home": [alert.home]},
        until=FOR,
        why=WHY_SILENCED,
        by=asked.by,
        now=asked.at,
        zone=settings.timezone,
        door=Door.SLACK.value,
    )
    known = silencing(_home(desk, alert), desk.history.silences(), asked.at)
    if known is not None and known.id != silence.id:
        return Pressed(said=_silenced_before(desk, known))
    if known is None:
        if over := why_over(desk, alert):
            return Pressed(said=Said.of("Not silenced", over))
        add_silence(desk.history, desk.outbox, silence)
    return Pressed(is_done=True)


DOES = {ACKNOWLEDGE: acknowledged, SILENCE: silenced}
"""What each button does that alters something."""


def why_over(desk: BotDesk, alert: Alert) -> str:
    """Why an alert is old: what happened to its home since, as a sentence; empty for one that still stands."""
    told = desk.history.change(alert.id)
    if told is None:
        return "This alert is not in the history of this watcher."
    later = Case(told=told, changes=list(desk.history.changes(alert.home))).superseded_by()
    if later is None:
        return ""
    day = later.seen.astimezone(desk.settings().timezone)
    change = change_called(later.alert.change.value, alert.home)
    return f"This alert is old: {change} has been told since, at {british_moment(day)}."


def _acknowledged_before(desk: BotDesk, alert: Alert, known: Acknowledgement) -> Said:
    at = british_moment(known.at.astimezone(desk.settings().timezone))
    why = f" Their reason: {known.why}" if known.why else ""
    over = why_over(desk, alert)
    return Said.of("Acknowledged already", f"By {known.by}, at {at}.{why}", over)


def _silenced_before(desk: BotDesk, known: Silence) -> Said:
    zone = desk.settings().timezone
    until, by = british_moment(known.until.astimezone(zone)), f" by {known.by}" if known.by else ""
    return Said.of("Silenced already", f"Nothing is sent about this home until {until}: silenced{by}, {known.why}.")


def _alert(delivery: Delivery) -> Alert:
    if not isinstance(delivery.content, Alert):
        raise TypeError("not an alert")
    return delivery.content


def _home(desk: BotDesk, alert: Alert) -> Home:
    return home_of(desk.history, alert)


def _form(delivery: Delivery, home: str) -> Mapping[str, Any]:
    """A form with one field: https://docs.slack.dev/surfaces/modals"""
    field = {"type": "plain_text_input", "action_id": REASON, "max_length": LONGEST_REASON, "multiline": True}
    label = {"type": "plain_text", "text": "Why, for the others (may stay empty)", "emoji": False}
    return {
        "type": "modal",
        "callback_id": REASON,
        "private_metadata": delivery.id,
        "title": {"type": "plain_text", "text": "Acknowledged", "emoji": False},
        "submit": {"type": "plain_text", "text": "Add the reason", "emoji": False},
        "close": {"type": "plain_text", "text": "No reason", "emoji": False},
        "blocks": [
            {"type": "section", "text": {"type": "plain_text", "text": home, "emoji": False}},
            {"type": "input", "block_id": REASON, "optional": True, "label": label, "element": field},
        ],
    }
