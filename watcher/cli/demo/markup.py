"""The pages of the local site: the landmarks of the inspectors' own, with less around them."""

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Protocol

from watcher.facts.inspection import Home, Inspection

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="UTF-8"><title>{title}</title></head>
<body><main id="main" tabindex="-1">{main}</main></body></html>
"""
_CATEGORIES = ("8", "Adoption and fostering"), ("{homes}", "Children&#039;s homes"), ("11", "Residential family centre")
_FORM = """<form action="/search">
<select class="form-control type-option-select" name="level_1_types" id="level_1_types">
<option value="0">All categories</option><option value="1">Education and training</option>
<option value="3" selected>Children&#039;s social care</option></select>
<select class="form-control type-option-select" name="level_2_types" id="level_2_types">
<option value="0">All categories</option>{options}
<option value="12">Local authority children&#039;s services</option></select>
<input name="latest_report_date_start" title="DD-MM-YYYY" type="text"></form>"""
_HEADING = (
    '<h2><strong class="results-count js-results-count">{count}</strong><strong> results</strong></h2>'
    '<div class="search-results__sort"></div>'
)
_ROW = (
    '<li class="search-result"><h3 class="search-result__title heading--main">'
    '<a href="/provider/2/{urn}">{name}</a></h3>'
    '<ul class="search-result__provider-info"><li>Category: <strong>Children&#039;s home</strong></li></ul>'
    '<ul class="search-result__provider-info"><li>Latest report: <strong><time>{day}</time></strong></li>'
    "<li>URN: <strong>{urn}</strong></li></ul></li>\n"
)
_PROVIDER = """<div class="title-block"><h1 class="heading--title title-block__heading">{name}</h1>
<p class="title-block__subheading">URN: {urn}</p>
<ul><li><span>Type: </span><span>{type}</span></li>
<li><span>Local authority: </span><span>{local_authority}</span></li></ul></div>
<ol class="timeline">{events}{registered}</ol>"""
_EVENT = """<li class="timeline__day"><div class="event"><p class="timeline__date"><time>{inspected}</time></p>
<a class="publication-link" href="{files}/v1/file/{id}">{kind} <span class="nonvisual">{kind}, PDF - {day}</span></a>
<div class="event__metadata">Published <time>{day}</time></div></div></li>
"""
_REGISTERED = """<li class="timeline__day timeline__day--registered"><time>{day}</time><span>Registration</span></li>"""


class Document(Protocol):
    """What a page shows of a document."""

    @property
    def id(self) -> str:
        """The number in its address."""
        ...

    @property
    def words(self) -> str:
        """Its kind."""
        ...

    @property
    def home(self) -> Home:
        """Whose it is."""
        ...

    @property
    def inspection(self) -> Inspection:
        """What it reports."""
        ...

    @property
    def day(self) -> date:
        """The day it was published."""
        ...


def _long(day: date) -> str:
    return f"{day:%d %B %Y}"


def form(homes: str) -> str:
    """The search form; `homes` is the number of the children's homes' category."""
    options = "".join(f'<option value="{number}">{label}</option>' for number, label in _CATEGORIES)
    return _FORM.format(options=options.format(homes=homes))


def form_page(homes: str) -> str:
    """The search page before anything was asked."""
    return _PAGE.format(title="Search - Find an Inspection Report - Ofsted", main=form(homes))


def results_page(rows: Sequence[Document], count: int, homes: str) -> str:
    """One page of results; the count stands there twice, as on the real one."""
    heading = _HEADING.format(count=count)
    lines = "".join(
        _ROW.format(urn=row.home.id, name=escape(row.home.name or row.home.id), day=_long(row.day)) for row in rows
    )
    main = (
        f'<h1 class="heading--title title-block__heading">Search results</h1>{form(homes)}'
        f'<div class="visible-xs">{heading}</div><div class="visible-sm">{heading}</div>'
        f'<ul class="results-list list-unstyled">\n{lines}</ul>'
    )
    return _PAGE.format(title="Search - Find an Inspection Report - Ofsted", main=main)


def provider_page(home: Home, documents: Sequence[Document], files: str) -> str:
    """A home's page, its documents in the order given; `files` is the root address of the files."""
    events = "".join(
        _EVENT.format(
            inspected=_long(document.inspection.day),
            files=files,
            id=document.id,
            kind=document.words,
            day=_long(document.day),
        )
        for document in documents
    )
    status = "Closed" if home.status in ("closed", "resigned", "cancelled") else "Open"
    name = escape(home.name or home.id)
    main = _PROVIDER.format(
        name=name,
        urn=home.id,
        type=escape((home.type or "children's home").capitalize()),
        local_authority=escape(home.local_authority or ""),
        events=events,
        registered=_REGISTERED.format(day=_long(home.registered or date(2014, 4, 1))),
    )
    return _PAGE.format(title=f"{name} - {status} - Find an Inspection Report - Ofsted", main=main)
