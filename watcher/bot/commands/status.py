"""How the watcher itself is, in the chat: as its page says it to anybody."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from watcher.answers.status import FeedNow, MatterNow, ServiceStanding
from watcher.answers.status_in_words import ago, headline, how_grave, moment_in
from watcher.answers.withheld import without_addresses, without_files
from watcher.bot.commands.parts import SaidLine, links, listing, marked, paragraph, said
from watcher.bot.commands.question import ChatQuestion
from watcher.bot.commands.shown import shown
from watcher.bot.commands.words import Words
from watcher.bot.desk import BotDesk
from watcher.bot.said import Said
from watcher.text import capital, inert

_MOST = 8


def status(desk: BotDesk, question: ChatQuestion, written: Words) -> Said:
    """One sentence, what is wrong, and when each feed was last read well; in any thread."""
    standing, zone, pages = desk.standing().for_anybody(), desk.settings().timezone, desk.links()
    answer = said(
        headline(standing),
        paragraph(*_behind(standing, zone)),
        listing("What is wrong", [_matter(known, zone) for known in standing.matters[:_MOST]], len(standing.matters)),
        listing("Last read well", [_feed(feed, standing, zone) for feed in standing.feeds]),
        links(("How the watcher is, in full", pages.status() if pages else "")),
    )
    return shown(answer, question, written)


def _behind(standing: ServiceStanding, zone: ZoneInfo) -> Iterator[str]:
    if standing.service.is_ill:
        yield _for_anybody(standing.service.sentence)
    yield _for_anybody(how_grave(standing, zone))


def _matter(known: MatterNow, zone: ZoneInfo) -> SaidLine:
    gravity, title = known.matter.topic.gravity.value, _for_anybody(known.matter.title)
    since = f", since {moment_in(known.since, zone)}" if known.since else ""
    words = f"{capital(gravity)}: {inert(title, 200)}{since}"
    return SaidLine(words, marked(words, 300))


def _feed(feed: FeedNow, standing: ServiceStanding, zone: ZoneInfo) -> SaidLine:
    last, name = feed.state.last_good, inert(feed.state.name, 80)
    when = f"{moment_in(last, zone)}, {ago(last, standing.now)}" if last else "never"
    late = " (too long ago)" if feed.is_stale and last else ""
    return SaidLine(f"{name}: {when}{late}", f"{marked(name)}: {marked(when)}{late}")


def _for_anybody(text: str) -> str:
    return without_files(without_addresses(text))
