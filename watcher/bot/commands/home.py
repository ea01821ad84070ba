"""One home in the chat: how it stands, its inspections, its owner and area, and where more is."""

from collections.abc import Iterable, Iterator, Sequence

from watcher.answers.homes.nearest import described
from watcher.answers.told.about_home import AboutHome, about_home
from watcher.answers.told.inspections import Grading, InspectionInWords
from watcher.bot.commands.home_meant import every_home, homes_meant, labelled, offered
from watcher.bot.commands.parts import SaidLine, bullet, facts, link, links, listing, marked, note, paragraph, said
from watcher.bot.commands.question import ChatQuestion
from watcher.bot.commands.shown import shown
from watcher.bot.commands.unclear import nothing_so_called, several, what_to_write
from watcher.bot.commands.words import Words
from watcher.bot.desk import BotDesk
from watcher.bot.said import Said
from watcher.facts.inspection import Described
from watcher.text import inert
from watcher.watching.watches import readers_names

EXAMPLE = "home SC478986"
_MOST_INSPECTIONS = 8


def home(desk: BotDesk, question: ChatQuestion, written: Words) -> Said:
    """How the home of a number stands; in any thread."""
    if not written.argument:
        return what_to_write("home", EXAMPLE)
    homes = every_home(desk)
    meant = homes_meant(homes, written.ids) or _labelled(desk, question, written, homes)
    if len(meant) == 1:
        return shown(said_of_home(desk, meant[0].key, channel=question.channel), question, written)
    if meant:
        return several(written, [(f"{one.key}: {described(one)}", written.again("home", one.key)) for one in meant])
    near = [(described(one), written.again("home", one.key)) for one in offered(desk, homes, written)]
    return nothing_so_called("home", written, near, "Its number is on its report and on its page, as SC478986.")


def _labelled(desk: BotDesk, question: ChatQuestion, written: Words, homes: Iterable[Described]) -> Sequence[Described]:
    found = (homes_meant(homes, [one]) for one in labelled(desk, question, written))
    return list({home.key: home for some in found for home in some}.values())


def said_of_home(desk: BotDesk, key: str, *, channel: str = "") -> Said:
    """All that fits of a home, by its key, for the people of a channel; in any thread."""
    now, settings = desk.now(), desk.settings()
    found = desk.kept.home(key, now)
    if found is None:
        return said("That home is not known", paragraph("This watcher's history has no home with that number."))
    about, links_ = about_home(desk.history, settings, found, now, with_people=False), desk.links()
    label = readers_names([key], channel, settings.watch).get(key, "")
    page = links_.home(key) if links_ else ""
    return said(
        about.title,
        listing("", [*_stands(about)]),
        facts(_facts(about, label)),
        listing(
            "Inspections",
            [_line(inspection) for inspection in about.inspections[:_MOST_INSPECTIONS]],
            len(about.inspections),
            more=" before these",
        ),
        links((f"{about.regulator}’s page", about.link), ("All that is known of it", page)),
        note(desk.kept.known_as_of(now)),
    )


def _stands(about: AboutHome) -> Iterator[SaidLine]:
    """How it stands, a line each, the grade above all."""
    rating = about.rating
    grade, since = (rating.words, rating.since) if rating else ("Not graded yet", "")
    yield SaidLine(f"{grade} {since}".strip(), f"*{marked(grade)}* {marked(since, 200)}".strip())
    beside = (rating.note, f"Before: {rating.before}" if rating.before else "") if rating else ()
    for words in (*beside, about.overdue, about.status):
        if words:
            yield SaidLine(words, marked(words, 300))


def _facts(about: AboutHome, label: str) -> Iterator[tuple[str, str]]:
    home = about.home
    region = f" ({about.region})" if about.region and about.region != home.local_authority else ""
    yield "On your list", f"“{inert(label, 80)}”" if label else ""
    yield "Owner", inert(home.owner or "", 150)
    yield "Group", about.group
    yield "Area", f"{inert(home.local_authority, 100)}{region}" if home.local_authority else about.region
    yield from ((fact.label, inert(fact.value, 300)) for fact in about.ahead)


def _line(inspection: InspectionInWords) -> SaidLine:
    """One inspection: its days and kind, its grades as printed."""
    grades = "; ".join(map(_graded, inspection.gradings)) or "no grades"
    gone = f" (gone from its page on {inspection.withdrawn})" if inspection.withdrawn else ""
    what = f"{inspection.kind}: {inert(grades, 300)}{gone}"
    day = link(inspection.inspected, inspection.link)
    return bullet(f"{inspection.inspected}, {what}", f"{day}, {marked(what, 500)}")


def _graded(grading: Grading) -> str:
    areas = f" ({', '.join(grading.areas)})" if grading.areas else ""
    return f"{grading.words}{areas}"
