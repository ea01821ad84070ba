"""Messages in words for tests: the founding case with what its report says."""

from tests.messages.messages import alert, message
from tests.messages.timeline.points import FOUNDING_CASE
from watcher.config.settings import Settings
from watcher.messages.alert import Alert
from watcher.messages.sections import Paragraph, Section
from watcher.messages.wording import Wording, word

REPORT = Section(
    "What the report says",
    (
        Paragraph("Children are not safe. <Staff> don't know where they are.", is_quote=True, source="page 3"),
        Paragraph("The home must do 2 things by law.", source="page 12"),
        Paragraph("There was no enforcement."),
    ),
)


def founding_case(content: Alert | None = None) -> Wording:
    """The message of August 2018, with a timeline and quotes."""
    plain = word(message(content or alert()), Settings().timezone)
    return Wording(
        title=plain.title,
        areas=plain.areas,
        facts=plain.facts,
        link=plain.link,
        footnotes=plain.footnotes,
        timeline=FOUNDING_CASE,
        sections=(REPORT,),
    )
