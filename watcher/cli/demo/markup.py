"""The pages of the local site: the landmarks of the inspectors' own, with less around them."""

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import NamedTuple, Protocol

from watcher.facts.inspection import Home, Inspection
from watcher.facts.regulators import OFSTED_LA

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
    '<a href="/provider/{category}/{urn}">{name}</a></h3>'
    '<ul class="search-result__provider-info"><li>Category: <strong>{label}</strong></li></ul>'
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


class Category(NamedTuple):
    """A sort of provider that the site has."""

    in_form: str
    """Its number in the search form."""
    in_address: str
    """Its number in the addresses of its pages."""
    label: str


CHILDRENS_HOMES = Category("9", "2", "Children's home")
AUTHORITIES = Category("12", "44", "Local authority children's services")


def category_of(home: Home) -> Category:
    """To which sort a home belongs."""
    return AUTHORITIES if home.regulator == OFSTED_LA.key else CHILDRENS_HOMES


def _long(day: date) -> str:
    return f"{day:%d %B %Y}"


def form() -> str:
    """The search form."""
    options = "".join(f'<option value="{number}">{label}</option>' for number, label in _CATEGORIES)
    return _FORM.format(options=options.format(homes=CHILDRENS_HOMES.in_form))


def form_page() -> str:
    """The search page before anything was asked."""
    return _PAGE.format(title="Search - Find an Inspection Report - Ofsted", main=form())


def results_page(rows: Sequence[Document], count: int) -> str:
    """One page of results; the count stands there twice, as on the real one."""
    heading = _HEADING.format(count=count)
    lines = "".join(map(_row, rows))
    main = (
        f'<h1 class="heading--title title-block__heading">Search results</h1>{form()}'
        f'<div class="visible-xs">{heading}</div><div class="visible-sm">{heading}</div>'
        f'<ul class="results-list list-unstyled">\n{lines}</ul>'
    )
    return _PAGE.format(title="Search - Find an Inspection Report - Ofsted", main=main)


def _row(document: Document) -> str:
    home, category = document.home, category_of(document.home)
    return _ROW.format(
        category=category.in_address,
        label=escape(category.label).replace("&#x27;", "&#039;"),  # as the site writes it
        urn=home.id,
        name=escape(home.name or home.id),
        day=_long(document.day),
    )


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
