"""The documents are short, lead to what exists, and show a configuration that is one."""

import re
from pathlib import Path

import pytest

from tests.checkout import ROOT
from watcher.config.settings import load
from watcher.delivery.channels.kinds import KINDS as CHANNELS
from watcher.feeds.kinds import KINDS as FEEDS
from watcher.messages.topics import PAGE, Topic

DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "tests").glob("*/README.md"),
    ]
)
README = ROOT / "README.md"


def headings(document: Path) -> set[str]:
    """The anchors of a document's headings, as they are linked to."""
    lines = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", line.lower()).replace(" ", "-") for line in lines}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.relative_to(ROOT).as_posix())
def test_a_link_leads_to_a_file_and_a_heading_that_exist(document: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        assert target.exists(), link
        assert not anchor or anchor in headings(target), link


def test_the_documents_are_found_and_linked_from_the_readme() -> None:
    assert len(DOCUMENTS) >= 8
    readme = README.read_text(encoding="utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        mentions = [other.read_text(encoding="utf-8") for other in DOCUMENTS if other != page]
        assert any(f"{page.name})" in text or f"{page.name}#" in text for text in mentions), page.name
    assert "CONTRIBUTING.md" in readme


def test_the_readme_fits_on_two_screens() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 90


def test_the_readmes_configuration_is_a_complete_one(tmp_path: Path) -> None:
    (shown,) = re.findall(r"^```toml\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    file = tmp_path / "watcher.toml"
    file.write_text(shown, encoding="utf-8")
    settings = load(file)
    assert [watch.name for watch in settings.watch] == ["derby"]
    assert (set(settings.feeds), set(settings.channels)) == ({"ofsted"}, {"desk"})


def test_every_kind_has_its_row_in_the_readme_and_every_channel_in_the_page_of_channels() -> None:
    readme, channels = (file.read_text(encoding="utf-8") for file in (README, ROOT / "docs" / "channels.md"))
    assert [kind for kind in {**FEEDS, **CHANNELS} if f"`{kind}`" not in readme] == []
    assert [kind for kind in CHANNELS if f"`{kind}`" not in channels] == []


def test_the_map_of_the_code_names_what_exists() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    told = text.partition("## What lies where")[2].partition("## Libraries")[0]
    files = [name for name in re.findall(r"`([a-z_/]+(?:/|\.py))`", told) if "/" in name.rstrip("/")]
    assert len(files) > 12
    assert [name for name in files if not any((root / name).exists() for root in (ROOT / "watcher", ROOT))] == []
    rooms = re.findall(r"^\| `([a-z]+)/` \|", told, re.MULTILINE)
    folders = {path.name for path in (ROOT / "watcher").iterdir() if (path / "__init__.py").exists()}
    assert set(rooms) == folders


def test_each_library_has_a_line_that_says_what_it_is_for() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    declared = project[project.index("\ndependencies = [") : project.index("dev = [")]
    libraries = re.findall(r'^    "([a-z0-9-]+)', declared, re.MULTILINE)
    table = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").partition("## Libraries")[2]
    assert len(libraries) > 20
    assert [name for name in libraries if not re.search(rf"^\|[^|]*\b{name}\b", table, re.MULTILINE)] == []


def test_each_message_to_the_operator_has_its_heading_and_each_heading_its_message() -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    told = page.partition("## What the operator is told")[2].partition("\n## ")[0]
    found = re.findall(r"^### (.*)\n\n([\s\S]*?)(?=\n### |\Z)", told, re.MULTILINE)
    assert [heading for heading, _ in found] == [topic.about.heading for topic in Topic]
    assert {topic.link.partition("#")[2] for topic in Topic} <= headings(ROOT / PAGE)
    for topic, (_, text) in zip(Topic, found, strict=True):
        said = " ".join(text.split())
        assert said.lower().startswith(topic.gravity.value)
        assert "**What to do:**" in said
        assert topic.about.todo[1:] in said


def test_no_two_topics_are_one() -> None:
    assert len({topic.key for topic in Topic.__members__.values()}) == len(Topic.__members__) == len(set(Topic))
