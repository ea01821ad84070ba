"""Which homes a question is about, and what is said of a filter that nothing fits."""

from dataclasses import replace

import pytest

from tests.builders import home
from watcher.answers.asked.chosen import Chosen, NothingSoCalledError, require_known
from watcher.config.settings import Settings
from watcher.facts.inspection import Home

SETTINGS = Settings.model_validate({
    "channels": {"screen": {"kind": "console"}},
    "groups": {"Elm": ["Elm North Ltd", "Elm South Limited"]},
    "watch": [{"name": "derby", "local_authority": ["Derby"], "to": ["screen"]}],
})  # fmt: skip
DERBY = replace(
    home("SC000001", owner="Elm North Limited"),
    type="secure children's home",
    local_authority="Derby",
    region="East Midlands",
    constituency="Derby South",
)


@pytest.mark.parametrize(
    ("chosen", "fits"),
    [
        (Chosen(), True),
        (Chosen(area=("derby", "Leeds")), True),
        (Chosen(area=("Leeds",)), False),
        (Chosen(owner=("ELM NORTH LTD",)), True),
        (Chosen(owner=("Elm South Limited",)), False),
        (Chosen(group=("Elm",)), True),
        (Chosen(region=("East Midlands",), constituency=("Derby North",)), False),
        (Chosen(type=("children's home",)), True),  # the family that it is counted with
        (Chosen(type=("Secure children's home",)), True),
        (Chosen(type=("boarding school",)), False),
        (Chosen(regulator=("ofsted",), watch=("derby",)), True),
        (Chosen(regulator=("cqc",)), False),
    ],
)
def test_a_home_fits_every_filter_and_one_of_its_values(chosen: Chosen, *, fits: bool) -> None:
    assert chosen.fits(DERBY, SETTINGS) is fits


def test_a_home_of_no_known_area_fits_no_area() -> None:
    assert not Chosen(area=("Derby",)).fits(replace(DERBY, local_authority=None), SETTINGS)
    assert not Chosen(group=("Elm",)).fits(replace(DERBY, owner=None), SETTINGS)


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (Chosen(area=("Darby",)), "no home of the history has the area 'Darby'; did you mean 'Derby'?"),
        (Chosen(owner=("Elm Nrth Limited",)), "did you mean 'Elm North Limited'?"),
        (Chosen(watch=("darby",)), "there is no watch 'darby'; did you mean 'derby'?"),
        (Chosen(group=("Oak",)), "there is no group 'Oak'; there is: Elm"),
        (Chosen(rating=("bad",)), "there is no rating 'bad'"),
        (Chosen(standing=("good",)), "there is no standing 'good'; there is: inadequate"),
    ],
)
def test_a_value_that_nothing_is_called_is_told_with_the_nearest(chosen: Chosen, said: str) -> None:
    with pytest.raises(NothingSoCalledError) as raised:
        require_known(chosen, [DERBY], SETTINGS)
    assert said in str(raised.value)


def test_what_is_called_so_is_taken_in_capitals_or_not() -> None:
    homes: list[Home] = [DERBY, Home.named("ofsted:SC000002")]
    require_known(Chosen(area=("DERBY",), rating=("Good",), type=("children's home",)), homes, SETTINGS)
