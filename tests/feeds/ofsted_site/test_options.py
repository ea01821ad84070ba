"""What the site may be read for, and which regulators are named by that."""

import pytest
from pydantic import ValidationError

from watcher.facts.regulators import OFSTED, OFSTED_LA
from watcher.feeds.ofsted_site.options import OfstedSiteOptions


@pytest.mark.parametrize(
    ("given", "regulators", "still_after"),
    [
        ({}, (OFSTED.key,), 10),
        ({"remits": ["children's homes", "local authorities"]}, (OFSTED.key, OFSTED_LA.key), 10),
        ({"remits": ["local authorities", "children's homes", "local authorities"]}, (OFSTED.key, OFSTED_LA.key), 10),
        ({"remits": "local authorities"}, (OFSTED_LA.key,), 40),
    ],
)
def test_homes_alone_are_read_unless_more_is_asked_for(
    given: dict[str, object], regulators: tuple[str, ...], still_after: int
) -> None:
    options = OfstedSiteOptions.model_validate(given)
    assert (options.regulators, options.still_after) == (regulators, still_after)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "name at least one"),
        (["schools"], "'schools' is not possible; there is: children's homes, local authorities"),
        ("childrens homes", 'did you mean "children\'s homes"'),
        (3, "valid tuple"),
    ],
)
def test_another_remit_or_none_is_a_mistake(given: object, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        OfstedSiteOptions.model_validate({"remits": given})
