"""Who mistypes a number or an owner is offered what is near, and nothing that is not."""

import pytest

from watcher.answers.homes.nearest import is_one_away, near_owner, no_such_home
from watcher.facts.inspection import Home

DERBY = Home(
    regulator="ofsted", id="SC478986", name="A secret place", local_authority="Derby", owner="Esland North Limited"
)
HOMES = [
    DERBY,
    Home(regulator="ofsted", id="SC000001"),
    Home(regulator="ofsted", id="2510000", local_authority="Leeds"),
]
OWNERS = ["Esland North Limited", "Esland South Limited", "Northern Care Ltd"]


@pytest.mark.parametrize(
    "text",
    ["SC478987", "SC47898", "C478986", "SC4789866", "SSC478986", "SC478896", "SC479886", "CS478986", "478986", "47898",
     "sc47898", "ofsted:SC47898"],
)  # fmt: skip
def test_a_number_one_character_away_is_offered_with_area_and_owner(text: str) -> None:
    said = no_such_home(text, HOMES)
    assert said == f"no home {text}; did you mean SC478986 (Derby, Esland North Limited)?"
    assert "secret" not in said


@pytest.mark.parametrize("text", ["SC478", "SC470000", "SC874986", "", "cqc:SC47898", "nonsense"])
def test_what_is_further_away_is_not_offered(text: str) -> None:
    assert no_such_home(text, HOMES) == f"no home {text}"


def test_several_are_offered_and_one_of_which_little_is_known() -> None:
    text = "SC00000"
    near = [*HOMES, Home(regulator="ofsted", id="SC000002", local_authority="Leeds")]
    assert no_such_home(text, near) == f"no home {text}; did you mean SC000001 or SC000002 (Leeds)?"


@pytest.mark.parametrize(
    ("written", "meant", "is_one"),
    [
        ("", "", True),
        ("a", "", True),
        ("ab", "ba", True),
        ("abc", "cba", False),
        ("ab", "cd", False),
        ("a", "abc", False),
    ],
)
def test_one_character_is_one_slip_of_the_finger(written: str, meant: str, *, is_one: bool) -> None:
    assert is_one_away(written, meant) is is_one
    assert is_one_away(meant, written) is is_one


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Esland", "; owners with it: Esland North Limited, Esland South Limited"),
        ("limited ESLAND", "; owners with it: Esland North Limited, Esland South Limited"),
        ("Northen Care Ltd", "; did you mean 'Northern Care Ltd'?"),
        ("", "; there is: Esland North Limited, Esland South Limited, Northern Care Ltd"),
    ],
)
def test_an_owner_is_found_by_the_words_of_its_name(name: str, said: str) -> None:
    assert near_owner(name, OWNERS) == said


def test_of_many_owners_the_first_are_listed() -> None:
    assert near_owner("care", [f"Care {number:02}" for number in range(20)]).endswith("Care 11 and 8 more")
