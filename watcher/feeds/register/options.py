"""The options of a feed that reads a register: a preset, or whose it is and what its columns and its words mean."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints, ValidationError, field_validator, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from watcher.facts.regulators import LOWEST, REGULATORS, Area, Regulator
from watcher.facts.scales import Scale
from watcher.feeds.options import FeedOptions
from watcher.feeds.register.presets import EMPTY, PRESETS
from watcher.feeds.register.wanted import OVERALL, SoughtTable
from watcher.options.mistakes import did_you_mean
from watcher.options.table import Options
from watcher.options.values import Duration, Names, web_address
from watcher.options.way_out import WayOut
from watcher.text import capital, squash

FILE = "file:"

RegulatorKey = Annotated[str, StringConstraints(max_length=40)]
_KEY = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_LONGEST_WORD = 100


def table_address(value: str) -> str:
    """Where a register lies: an http(s) address as it is, or `file:` and a path."""
    if value.startswith(FILE):
        if not file_path(value) or "\0" in value:
            raise ValueError('name the file behind file:, such as "file:ratings.csv" or "file:///srv/ratings.csv"')
        return value
    if value.endswith("/"):
        return web_address(value) + "/"
    return web_address(value)


def file_path(url: str) -> str:
    """The path behind `file:`; empty where there is none."""
    path = url.removeprefix(FILE)
    return path.removeprefix("//") if path.startswith("///") else "" if path.startswith("//") else path


class RegisterColumns(Options):
    """Which column, by its header, holds what; "" for what the file does not have."""

    id: str = ""
    name: str = ""
    type: str = ""
    local_authority: str = ""
    region: str = ""
    owner: str = ""
    link: str = ""
    status: str = ""
    event: str = ""
    overall: str = ""
    inspected: str = ""
    published: str = ""
    areas: Mapping[str, str] = Field(default_factory=dict)

    @field_validator("areas")
    @classmethod
    def _areas_have_names(cls, areas: Mapping[str, str]) -> Mapping[str, str]:
        for area, header in areas.items():
            if not squash(area) or not area.isprintable() or len(area) > _LONGEST_WORD:
                raise ValueError("name each area by the words that stand for it in messages")
            if squash(area) == OVERALL:
                raise ValueError("a grade of everything is no area: name its column as overall")
            if not squash(header):
                raise ValueError(f"name the column of {area!r}, or leave the area out")
        return {squash(area): header for area, header in areas.items()}

    def given(self) -> Iterator[tuple[str, str]]:
        """The columns that the configuration speaks of, areas left out; always in one order."""
        named = (name for name in type(self).model_fields if name in self.model_fields_set and name != "areas")
        yield from ((name, getattr(self, name)) for name in named)


class RegisterOptions(FeedOptions):
    """A feed that reads a table of ratings."""

    least_spacing = timedelta(seconds=1)

    kind: Literal["register"] = "register"
    preset: str = ""
    regulator: RegulatorKey = ""
    url: Annotated[str, AfterValidator(table_address)] = ""
    link: str = ""
    sheet: str = ""
    every: Duration = timedelta(days=1)
    scale: Names = ()
    inadequate: Names = ()
    same: Mapping[str, str] = Field(default_factory=dict)
    not_a_grade: Names = ()
    columns: RegisterColumns = RegisterColumns()

    @field_validator("preset")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value and value not in PRESETS:
            raise ValueError(f"{value!r} is not possible{did_you_mean(value, PRESETS)}")
        return value

    @field_validator("link")
    @classmethod
    def _is_a_pattern(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"is no regular expression: {error}") from None
        return value

    @field_validator("scale", "inadequate", "not_a_grade")
    @classmethod
    def _words(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        words = tuple(map(squash, values))
        if "" in words or any(len(word) > _LONGEST_WORD or not word.isprintable() for word in words):
            raise ValueError("each is a word or a few, as the register prints them")
        if len(set(words)) < len(words):
            raise ValueError("the same word stands there twice: case and white space make no difference")
        return words

    @field_validator("same")
    @classmethod
    def _spellings(cls, values: Mapping[str, str]) -> Mapping[str, str]:
        return {squash(words): squash(grade) for words, grade in values.items()}

    @model_validator(mode="after")
    def _says_what_it_needs(self) -> Self:
        details = [
            InitErrorDetails(type=PydanticCustomError("register", "{what}", {"what": what}), loc=key, input="")
            for key, what in (*self._of_its_place(), *self._of_its_words(), *self._of_its_columns())
        ]
        if details:
            raise ValidationError.from_exception_data("feed", details)
        return self

    def _of_its_place(self) -> Iterator[tuple[tuple[str, ...], str]]:
        ours = {regulator.key for regulator in REGULATORS}
        if not self.url:
            yield ("url",), 'name the table: url = "https://..." or url = "file:ratings.csv"'
        if self.link and self.is_file:
            yield ("link",), "a file has no links: leave it out, or give the address of a page"
        if self.preset and self.regulator not in ("", PRESETS[self.preset].regulator.key):
            yield ("regulator",), f"leave it out: the preset is {PRESETS[self.preset].regulator.key}'s"
        elif not self.preset and not self.regulator:
            yield ("regulator",), f"say whose ratings these are, or take a preset: {', '.join(PRESETS)}"
        elif not self.preset and self.regulator in ours:
            yield ("regulator",), "watcher has one of this name: take another, or its preset if there is one"
        elif not self.preset and not _KEY.fullmatch(self.regulator):
            yield ("regulator",), "small letters, digits and hyphens alone: it begins each home's key"

    def _of_its_words(self) -> Iterator[tuple[tuple[str, ...], str]]:
        grades = self.grades
        if self.preset:
            for key in ("scale", "inadequate"):
                if getattr(self, key):
                    yield (key,), "leave it out: the preset has its regulator's; `same` and `not_a_grade` add words"
        elif len(grades) < 2:
            yield ("scale",), "name the grades, the best first"
        elif not self.inadequate:
            yield ("inadequate",), "name the grades of the scale that count as inadequate"
        for word in self.inadequate if not self.preset else ():
            if word not in grades and grades:
                yield ("inadequate",), f"{word!r} is not on the scale{did_you_mean(word, grades)}"
        if grades and len(self.inadequate) == len(grades):
            yield ("inadequate",), "not all grades can count as inadequate"
        for words, grade in self.same.items():
            if grade not in grades and grades:
                yield ("same",), f"{grade!r} is not on the scale{did_you_mean(grade, grades)}"
            if words in grades and words != grade:
                yield ("same",), f"{words!r} is itself a grade of the scale"
        for word in self.not_a_grade:
            if word in grades or word in self.same:
                yield ("not_a_grade",), f"{word!r} is a grade by the scale or by `same`"

    def _of_its_columns(self) -> Iterator[tuple[tuple[str, ...], str]]:
        if self.preset:
            known = PRESETS[self.preset].wanted.areas
            for area in self.columns.areas:
                if area not in known:
                    yield ("columns", "areas"), f"{area!r} is no area of its regulator{did_you_mean(area, known)}"
            return
        if not self.columns.id.strip():
            yield ("columns", "id"), "name the column with the number of each home"
        if not self.columns.overall.strip() and not self.columns.areas:
            yield ("columns", "overall"), 'name the column of the grade, or several as areas = { safety = "..." }'

    @property
    def is_file(self) -> bool:
        """Whether it lies on this machine: no network is needed to read it."""
        return self.url.startswith(FILE)

    @property
    def path(self) -> Path:
        """Of the file, if it is one."""
        return Path(file_path(self.url))

    def beside(self, folder: Path) -> Self:
        """The same with a file's path as it is from where the process runs."""
        return self.model_copy(update={"url": f"{FILE}{folder / self.path}"}) if self.is_file else self

    @property
    def asked(self) -> tuple[str, ...]:
        """No host where it is a file."""
        return () if self.is_file else super().asked

    def told_way(self, way_out: WayOut) -> str:
        """To where the table is."""
        return "" if self.is_file else way_out.told(self.url)

    @property
    def regulators(self) -> tuple[str, ...]:
        """One alone."""
        return (PRESETS[self.preset].regulator.key if self.preset else self.regulator,)

    @property
    def grades(self) -> tuple[str, ...]:
        """The words of its scale, the best first."""
        if self.preset:
            return tuple(grade for scale in PRESETS[self.preset].regulator.scales for grade in scale.grades)
        return self.scale

    def described(self, zone: ZoneInfo) -> Regulator | None:
        """The regulator that this configuration alone knows; None for one of watcher's own."""
        if self.preset:
            return None
        scale = Scale(f"{self.regulator}'s ratings", self.scale, self.inadequate)
        columns = self.columns
        return Regulator(
            key=self.regulator,
            name=self.regulator,
            country="the country",
            time_zone=zone,
            scales=(scale,),
            spellings={words: (grade, scale) for words, grade in self.same.items()},
            not_grades=frozenset(self.not_a_grade),
            areas={OVERALL: Area("Overall"), **{area: Area(capital(area)) for area in columns.areas}},
            headline=OVERALL if columns.overall.strip() else LOWEST,
            orders_by_publication=bool(columns.published.strip()) and not columns.inspected.strip(),
            stand_until_gone=True,
            has_owners=bool(columns.owner.strip()),
        )

    @property
    def wanted(self) -> SoughtTable:
        """What is looked for in the table."""
        base = PRESETS[self.preset].wanted if self.preset else SoughtTable(columns={}, areas={}, empty=EMPTY)
        named = {what: (header,) for what, header in self.columns.given() if what != OVERALL}
        areas = {area: (header,) for area, header in self.columns.areas.items()}
        if self.columns.overall:
            areas = {OVERALL: (self.columns.overall,), **areas}
        columns = {what: headers for what, headers in {**base.columns, **named}.items() if any(map(squash, headers))}
        asked_for = [what for what, headers in (*named.items(), *areas.items()) if any(map(squash, headers))]
        not_grades = (*base.not_grades, *self.not_a_grade)
        return SoughtTable(
            columns=columns,
            areas={**base.areas, **areas},
            needed=tuple(
                dict.fromkeys(what for what in (*base.needed, *asked_for) if what in columns or what in areas)
            ),
            kind=base.kind,
            nameless=base.nameless,
            empty=tuple(word for word in base.empty if self.preset or word in self.not_a_grade),
            link=base.link,
            same={**base.same, **self.same},
            not_grades=not_grades,
            sheet=squash(self.sheet),
        )
