"""Whatever holds of one publisher alone stands in few places; everything else asks the regulator."""

import re
from collections.abc import Iterator

import pytest

from tests.checkout import ROOT

KNOWS_ITS_PUBLISHER = (
    "watcher/feeds/ofsted_site/",
    "watcher/feeds/cqc_api/",
    "watcher/feeds/govuk_statistics/",
    "watcher/feeds/register/",
    "watcher/feeds/statistics/",
    "watcher/feeds/register/presets.py",
    "watcher/feeds/kinds.py",
    "watcher/facts/regulators/",
    "watcher/history/bundled/",
    "watcher/cli/demo/",
    "watcher/config/",
)
"""Readers of what it publishes, what comes with the package, the built-in settings, and the regulator itself."""

EXAMPLES = {
    ("watcher/facts/inspection.py", "e.g. `ofsted:SC478986`"),
    ("watcher/cli/commands/homes.py", "such as SC478986 or ofsted:SC478986."),
    ("watcher/delivery/channels/email/template_faults.py", "Children's home in Derby drops from good to inadequate"),
    ("watcher/delivery/channels/email/template_faults.py", "https://reports.ofsted.gov.uk/provider/5/SC478986"),
    ("watcher/delivery/channels/email/template_faults.py", "ofsted has not been read"),
    ("watcher/feeds/web/http.py", "such as `https://reports.ofsted.gov.uk`"),
    ("watcher/feeds/web/http.py", "such as https://reports.ofsted.gov.uk"),
    ("watcher/service/beside.py", "such as [feeds.ofsted]"),
    # Regions in a company's name, whoever inspects its homes.
    ("watcher/facts/owners.py", '"england"'),
    ("watcher/facts/owners.py", '"wales"'),
    ("watcher/facts/owners.py", '"welsh"'),
}
"""What is told to somebody as an example, where it stands."""

OF_ONE_PUBLISHER = re.compile(
    r"(?i)ofsted|england|children['’]?s[ _]?home|pandemic|\b(six|eight|[68])[ -]weeks|weeks=[68]\b"
    r"|days=(39|56)\b|date\(20(15, 4|20, [13]|21, 4)"
    r"|\bcqc|care[ _]quality[ _]commission|care[ _]inspectorate|\bciw\b|scotland|scottish|\bwales\b|\bwelsh\b"
)


def outside() -> Iterator[tuple[str, str]]:
    """Every line of the source that is not allowed to know a publisher, without the examples in it."""
    for file in sorted((ROOT / "watcher").rglob("*")):
        path = file.relative_to(ROOT).as_posix()
        if file.suffix not in (".py", ".html", ".txt", ".css", ".j2") or path.startswith(KNOWS_ITS_PUBLISHER):
            continue
        text = file.read_text(encoding="utf-8")
        for where, example in EXAMPLES:
            text = text.replace(example, "") if where == path else text
        yield from ((f"{path}:{number}", line) for number, line in enumerate(text.splitlines(), 1))


def test_nothing_else_knows_a_publisher() -> None:
    assert [(where, line.strip()) for where, line in outside() if OF_ONE_PUBLISHER.search(line)] == []


def test_each_example_still_stands_where_it_is_allowed() -> None:
    gone = [(path, example) for path, example in EXAMPLES if example not in (ROOT / path).read_text(encoding="utf-8")]
    assert gone == []


@pytest.mark.parametrize(
    "line",
    [
        'name = "England"',
        '"""Ofsted\'s promise."""',
        'CHILDRENS_HOMES = "x"',
        "timedelta(weeks=8)",
        "PANDEMIC",
        "RENUMBERED = date(2015, 4, 1)",
        "return within 6 to 8 weeks",
        "from watcher.facts.regulators import CQC_RATINGS",
        'home.startswith("scotland:")',
        "the Care Inspectorate",
        "in Wales",
    ],
)
def test_what_would_be_found(line: str) -> None:
    assert OF_ONE_PUBLISHER.search(line)
