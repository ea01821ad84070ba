"""How a register is written in the configuration: the contract's example, the document's, and each slip by its name."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import pytest

from tests.checkout import ROOT
from tests.cli.shell import Run, run  # noqa: F401 - a fixture
from watcher.config.settings import Settings, load
from watcher.facts import regulators
from watcher.facts.grades import read_grade
from watcher.facts.regulators import LOWEST
from watcher.feeds.register.options import RegisterOptions
from watcher.options.mistakes import ConfigError

CONTRACT = """
[feeds.scotland]
kind = "register"
preset = "scotland"
url = "https://www.careinspectorate.scot/resources-data/data-and-statistics/datastore"
link = "(?i)datastore.*\\\\.csv"
[feeds.mine]
kind = "register"
regulator = "my-council"
url = "https://example.org/ratings.csv"
scale = ["outstanding", "good", "requires improvement", "inadequate"]
inadequate = ["inadequate"]
same = { "requires improvement to be good" = "requires improvement" }
not_a_grade = ["not judged", "nan"]
[feeds.mine.columns]
id = "URN"
name = "Local Authority"
overall = "Overall Effectiveness Grade"
inspected = "Inspection Start Date"
published = ""
areas = { leaders = "Impact Of Leaders Grade", protected = "Help And Protection Grade" }
"""
MINE = CONTRACT[CONTRACT.index("[feeds.mine]") :]


def loaded(folder: Path, text: str) -> Settings:
    file = folder / "watcher.toml"
    file.write_text(text, encoding="utf-8")
    return load(file)


def test_the_contracts_example_is_understood_and_its_regulator_known(tmp_path: Path) -> None:
    settings = loaded(tmp_path, CONTRACT)
    mine, scotland = settings.feeds["mine"], settings.feeds["scotland"]
    assert isinstance(mine, RegisterOptions)
    assert (mine.every.days, mine.stale_after.days, mine.regulators, scotland.regulators) == (
        1,
        12,
        ("my-council",),
        ("scotland",),
    )
    regulator = regulators.of("my-council")
    assert (regulator.headline, regulator.time_zone) == ("overall", ZoneInfo("Europe/London"))
    assert read_grade("Requires  Improvement to be GOOD", "my-council").value == "requires improvement"
    assert read_grade("Inadequate", "my-council").is_inadequate
    assert not read_grade("4", "my-council").is_graded
    loaded(tmp_path, "")
    assert regulators.of("my-council").scales == ()  # as the new configuration has it


def test_without_an_overall_grade_the_lowest_area_counts_and_words_that_others_use_for_visits_are_grades(
    tmp_path: Path,
) -> None:
    text = MINE.replace('overall = "Overall Effectiveness Grade"', 'overall = ""')
    loaded(tmp_path, text.replace('"outstanding", "good"', '"met", "good"'))
    assert regulators.of("my-council").headline == LOWEST
    assert read_grade("Met", "my-council").rank == 1


def test_a_file_lies_beside_the_configuration_and_asks_nobody(tmp_path: Path) -> None:
    settings = loaded(tmp_path, MINE.replace("https://example.org/ratings.csv", "file:lists/ratings.csv"))
    mine = settings.feeds["mine"]
    assert isinstance(mine, RegisterOptions)
    assert (mine.path, mine.asked) == (tmp_path / "lists" / "ratings.csv", ())


SLIPS = [
    ('preset = "scotland"', 'preset = "scotlnd"', ":4: feeds.scotland.preset: 'scotlnd' is not possible; did you mean"),
    ('preset = "scotland"', 'preset = "wales"\nregulator = "x"', "regulator: leave it out: the preset is wales's"),
    ('preset = "scotland"', 'preset = "wales"\nscale = ["a", "b"]', "scale: leave it out: the preset has its"),
    ('preset = "scotland"', 'preset = "wales"\nsame = { poor = "bad" }', "same: 'bad' is not on the scale"),
    ('preset = "scotland"', 'preset = "wales"\ncolumns.areas = { wellbeing = "W" }', "did you mean 'well-being'?"),
    ('regulator = "my-council"', 'regulator = "cqc"', ":9: feeds.mine.regulator: watcher has one of this name"),
    ('regulator = "my-council"', 'regulator = "My Council"', "regulator: small letters, digits and hyphens alone"),
    ('regulator = "my-council"', "", "regulator: say whose ratings these are, or take a preset: scotland, wales"),
    ('inadequate = ["inadequate"]', 'inadequate = ["inadequat"]', "is not on the scale; did you mean 'inadequate'?"),
    ('inadequate = ["inadequate"]', "", "inadequate: name the grades of the scale that count as inadequate"),
    ('"outstanding", "good"', '"Good", "good"', "scale: the same word stands there twice"),
    ('not_a_grade = ["not judged"', 'not_a_grade = ["Good"', "not_a_grade: 'good' is a grade by the scale"),
    ('id = "URN"', "", "columns.id: name the column with the number of each home"),
    ('name = "Local', 'nam = "Local', "columns.nam: there is no such key; did you mean 'name'?"),
    ("areas = { leaders", 'areas = { overall = "A", leaders', "a grade of everything is no area"),
    ("https://example.org/ratings.csv", "ftp://example.org/x", "url: this is no address"),
    ("https://example.org/ratings.csv", "file:", 'name the file behind file:, such as "file:ratings.csv"'),
    ("(?i)datastore", "(?i)(datastore", "link: is no regular expression"),
]


@pytest.mark.parametrize(("right", "wrong", "said"), SLIPS)
def test_a_slip_is_told_with_what_to_write_instead(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        loaded(tmp_path, CONTRACT.replace(right, wrong, 1))
    assert len(refused.value.mistakes) == 1, str(refused.value)
    assert said in str(refused.value)


def test_two_registers_of_one_regulator_read_its_words_alike(tmp_path: Path) -> None:
    other = MINE.replace("feeds.mine", "feeds.other")
    loaded(tmp_path, MINE + other)
    with pytest.raises(ConfigError, match=r"feeds.mine is of my-council too: give both the same scale"):
        loaded(tmp_path, MINE + other.replace('inadequate = ["inadequate"]', 'inadequate = ["good"]'))


FOOD = "FHRSID,BusinessName,RatingValue,RatingDate,Inspector\n"


def test_the_documents_example_is_checked_and_polled(run: Run, tmp_path: Path) -> None:  # noqa: F811
    document = (ROOT / "docs" / "registers.md").read_text(encoding="utf-8")
    shown = next(text for text in re.findall(r"```toml\n(.*?)```", document, re.DOTALL) if "feeds.food" in text)
    ends = '[channels.screen]\nkind = "console"\n[[watch]]\nname = "all"\nchanges = "all"\nto = ["screen"]\n'
    Path("watcher.toml").write_text(f'[operator]\nto = ["screen"]\n{ends}{shown}')
    places = [f"{number},Cafe {number},5,2024-0{number}-01,Ann Example" for number in range(1, 6)]
    Path("food.csv").write_text(FOOD + "\n".join([*places, "9,Stall,Awaiting Inspection,,Ann Example"]))
    code, said, errors = run("check")
    assert (code, "food" in said) == (0, True), said + errors
    assert run("poll")[0] == 0
    Path("food.csv").write_text(FOOD + "\n".join(["1,Cafe 1,1,2024-07-01,Ann Example", *places[1:]]))
    code, said, errors = run("poll", "food")
    assert code == 0
    assert said.startswith("Cafe 1 drops from 5 to 1 (1)"), said + errors
    code, said, _ = run("homes", "--regulator", "food-hygiene", "--json")
    found = {home["home"]: home["rating"] for home in map(orjson.loads, said.splitlines())}
    assert (found["food-hygiene:1"], found["food-hygiene:2"]) == ("1", "5")
    assert "Ann Example" not in said
