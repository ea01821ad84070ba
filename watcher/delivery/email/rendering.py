"""What an e-mail says, as HTML and as plain text; each part is complete without the other."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from watcher.delivery import Message
from watcher.delivery.digest import Digest, Group, Item, groups
from watcher.delivery.inert import inert
from watcher.delivery.picture import WITHOUT, Picture, picture_of
from watcher.delivery.templating import Templates
from watcher.delivery.titles import title
from watcher.delivery.wording import NOTHING_TO_TELL, POSSIBLY_REPEATED, Wording, feeds_read, word

_BUILT_IN = Templates()


@dataclass(frozen=True, slots=True)
class Rendered:
    """One e-mail's content."""

    subject: str
    text: str
    html: str
    picture: Picture | None = None
    """What the HTML shows."""
    remark: str = ""
    """For the operator: what had to be left out or replaced."""


@dataclass(frozen=True, slots=True)
class DigestSection:
    """Items of a digest under one heading, in words."""

    heading: str
    why: str
    items: tuple[Wording, ...]


def render(message: Message, zone: ZoneInfo, templates: Templates = _BUILT_IN) -> Rendered:
    """The message in both forms; the subject is one inert line."""
    if isinstance(message.content, Digest):
        return _render_digest(message, message.content, zone, templates)
    return render_wording(word(message, zone), message.id, templates)


def render_wording(wording: Wording, message_id: str, templates: Templates = _BUILT_IN) -> Rendered:
    """A message that is in words already; with the picture of its timeline, if it can be drawn."""
    picture, why = picture_of(wording, message_id)
    fault = f"sent {WITHOUT}: {why}" if why else ""
    rendered = _both("alert", wording.title, alert_values(wording, picture), templates)
    if picture and picture.cid not in rendered.html:  # a template of one's own may leave it out
        picture = None
    return replace(rendered, picture=picture, remark="; ".join(said for said in (fault, rendered.remark) if said))


def alert_values(wording: Wording, picture: Picture | None) -> dict[str, object]:
    """What the templates of a single message are filled with."""
    return {"wording": wording, "picture": picture}


def digest_values(
    subject: str, nothing: str, sections: tuple[DigestSection, ...], footnotes: tuple[str, ...]
) -> dict[str, object]:
    """What the templates of a digest are filled with; `nothing` is what an empty one says."""
    return {"title": subject, "nothing": nothing, "sections": sections, "footnotes": footnotes}


def _render_digest(message: Message, digest: Digest, zone: ZoneInfo, templates: Templates) -> Rendered:
    repeated = (POSSIBLY_REPEATED,) if message.possibly_repeated else ()
    nothing = "" if digest.items else NOTHING_TO_TELL
    sections = tuple(_section(group, message, zone) for group in groups(digest.items))
    values = digest_values(title(digest), nothing, sections, (*repeated, *feeds_read(digest, zone)))
    return _both("digest", title(digest), values, templates)


def _both(name: str, subject: str, values: dict[str, object], templates: Templates) -> Rendered:
    text, html = (templates.fill(f"{name}{suffix}", subject, values) for suffix in (".txt", ".html"))
    faults = dict.fromkeys(fault for fault in (text.fault, html.fault) if fault)
    remark = f"sent with the built-in template, for yours fails: {'; '.join(faults)}" if faults else ""
    return Rendered(subject, text.text, html.text, remark=remark)


def _section(group: Group, message: Message, zone: ZoneInfo) -> DigestSection:
    names = inert(", ".join(group.watches), 200)
    why = f"Watch{'es' if len(group.watches) > 1 else ''} {names}" if names else ""
    return DigestSection(
        heading=f"{group.change.value.capitalize()}: {len(group.items)}",
        why=why,
        items=tuple(_item(item, message, zone) for item in group.items),
    )


def _item(item: Item, message: Message, zone: ZoneInfo) -> Wording:
    """One alert in words, in short; why one gets it stands in the heading."""
    wording = word(Message(id=message.id, content=item.alert, seen=item.seen), zone)
    return replace(wording, sections=(), footnotes=wording.footnotes[-1:])
