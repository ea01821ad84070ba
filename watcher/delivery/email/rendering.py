"""What an e-mail says, as HTML and as plain text; each part is complete without the other."""

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from watcher.delivery import Message
from watcher.delivery.digest import Digest, Group, Item, groups
from watcher.delivery.inert import inert
from watcher.delivery.titles import title
from watcher.delivery.wording import NOTHING_TO_TELL, POSSIBLY_REPEATED, Wording, feeds_read, word

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

# The style sheet stays beside the inlined styles: only there can it say what holds in the dark.
_INLINER = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


@dataclass(frozen=True, slots=True)
class Rendered:
    """One e-mail's content."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Section:
    """Items of a digest under one heading, in words."""

    heading: str
    why: str
    items: tuple[Wording, ...]


def render(message: Message, zone: ZoneInfo) -> Rendered:
    """The message in both forms; the subject is one inert line."""
    if isinstance(message.content, Digest):
        return _render_digest(message, message.content, zone)
    wording = word(message, zone)
    html = _TEMPLATES.get_template("alert.html").render(wording=wording)
    return Rendered(wording.title, f"{_as_text(wording)}\n", _INLINER.inline(html))


def _render_digest(message: Message, digest: Digest, zone: ZoneInfo) -> Rendered:
    subject = title(digest)
    sections = [_section(group, message, zone) for group in groups(digest.items)]
    repeated = (POSSIBLY_REPEATED,) if message.possibly_repeated else ()
    footnotes = (*repeated, *feeds_read(digest, zone))
    nothing = "" if digest.items else NOTHING_TO_TELL
    html = _TEMPLATES.get_template("digest.html").render(
        title=subject, nothing=nothing, sections=sections, footnotes=footnotes
    )
    blocks = [subject, nothing, *map(_section_as_text, sections), "\n".join(footnotes)]
    return Rendered(subject, "\n\n".join(block for block in blocks if block) + "\n", _INLINER.inline(html))


def _section(group: Group, message: Message, zone: ZoneInfo) -> _Section:
    names = inert(", ".join(group.watches), 200)
    why = f"Watch{'es' if len(group.watches) > 1 else ''} {names}" if names else ""
    return _Section(
        heading=f"{group.change.value.capitalize()}: {len(group.items)}",
        why=why,
        items=tuple(_item(item, message, zone) for item in group.items),
    )


def _item(item: Item, message: Message, zone: ZoneInfo) -> Wording:
    """One alert in words; why one gets it stands in the heading."""
    wording = word(Message(id=message.id, content=item.alert, seen=item.seen), zone)
    return Wording(
        title=wording.title,
        areas=wording.areas,
        facts=wording.facts,
        link=wording.link,
        footnotes=wording.footnotes[-1:],
    )


def _as_text(wording: Wording) -> str:
    details = "\n".join(f"{fact.label}: {fact.value}" for fact in (*wording.areas, *wording.facts))
    blocks = (wording.title, wording.text, details, wording.link, "\n".join(wording.footnotes))
    return "\n\n".join(block for block in blocks if block)


def _section_as_text(section: _Section) -> str:
    heading = f"{section.heading} ({section.why})" if section.why else section.heading
    return "\n\n".join([f"{heading}\n{'-' * len(heading)}", *(item.plain() for item in section.items)])
