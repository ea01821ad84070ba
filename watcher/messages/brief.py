"""An alert as one item of a digest: what is kept of it, and its words; the alert itself, sent alone, says more."""

from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from watcher.facts.quotes import Findings
from watcher.judging.context import Context
from watcher.messages.alert import Alert
from watcher.messages.digest import Item
from watcher.messages.key_facts import areas_in_short, facts_in_short
from watcher.messages.sections import report_sections, was_enforced
from watcher.messages.timeline.sentences import line
from watcher.messages.titles import title
from watcher.messages.wording import Wording, seen_when, timeline
from watcher.text import web_link

MOST_QUOTES = 2
"""Enforcement action is one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief(Wording):
    """One item of a digest in words."""

    number: int
    """Among all items of the digest, its other parts' too."""

    @property
    def strip(self) -> str:
        """The timeline as a line; what its letters mean is said once for all items."""
        return f"Graded inspections: {line(self.timeline)}" if self.has_timeline else ""

    @property
    def anchor(self) -> str:
        """What the contents link to."""
        return f"item-{self.number}"


def abridged(alert: Alert) -> Alert:
    """The alert with what a digest shows of it alone; the same again if it is abridged already.

    Left out are further quotes, the requirements but for their number and the nearest date, for whom the home is, the
    country's counts, owners of like names, and registrations that may be the same home's.
    """
    return replace(
        alert,
        context=_abridged_context(alert.context) if alert.context else None,
        findings=_abridged_findings(alert.findings) if alert.findings else None,
    )


def brief(item: Item, number: int, zone: ZoneInfo) -> Brief:
    """An item in words; why one gets it and what letters mean is said once for all items."""
    alert = abridged(item.alert)
    return Brief(
        number=number,
        title=title(alert),
        areas=areas_in_short(alert),
        facts=facts_in_short(alert),
        timeline=timeline(alert),
        sections=report_sections(_with_quotes_alone(alert)),
        link=web_link(alert.link),
        footnotes=(seen_when(alert, item.seen.astimezone(zone)),),
    )


def _abridged_context(context: Context) -> Context:
    owner = replace(context.owner, similar={}) if context.owner else None
    return replace(context, owner=owner, country=None, related=())


def _abridged_findings(findings: Findings) -> Findings:
    number = len(findings.requirements) + findings.more_requirements
    nearest = min(findings.requirements, key=lambda requirement: requirement.due or date.max, default=None)
    is_enforced = was_enforced(findings)
    return Findings(
        quotes=findings.quotes[: MOST_QUOTES - is_enforced],
        requirements=(nearest,) if nearest else (),
        more_requirements=number - 1 if nearest else number,
        enforcement=findings.enforcement if is_enforced else None,
        unread=findings.unread,
    )


def _with_quotes_alone(alert: Alert) -> Alert:
    """The requirements are counted among the facts."""
    if alert.findings is None:
        return alert
    return replace(alert, findings=replace(alert.findings, requirements=(), more_requirements=0))
