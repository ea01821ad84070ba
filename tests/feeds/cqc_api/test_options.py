"""What a configuration may say of the feed, and what it is told."""

from pathlib import Path

import pytest

from watcher.config.settings import load
from watcher.errors import WatcherError
from watcher.facts import regulators
from watcher.feeds.cqc_api.calls import filters_of
from watcher.feeds.cqc_api.options import CqcApiOptions


def configured(folder: Path, *lines: str) -> Path:
    file = folder / "watcher.toml"
    file.write_text("\n".join(["[feeds.cqc]", 'kind = "cqc-api"', *lines]), encoding="utf-8")
    return file


def test_the_key_comes_from_its_file_or_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("of-the-file\n", encoding="utf-8")
    for lines, environment, expected in (
        (('key_file = "key"',), {"CQC_API_KEY": "of-the-environment"}, "of-the-file"),
        ((), {"CQC_API_KEY": "of-the-environment"}, "of-the-environment"),
    ):
        options = load(configured(tmp_path, *lines), with_secrets=True, environment=environment).feeds["cqc"]
        assert isinstance(options, CqcApiOptions)
        assert options.key is not None
        assert options.key.get_secret_value() == expected
        assert expected not in repr(options)


@pytest.mark.parametrize(
    ("lines", "key", "says"),
    [
        ((), "", "no key: name a key_file, or set CQC_API_KEY"),
        ((), "two words", "holds no key"),
        (('key = "secret"',), "k", "key"),
        (("local_authority = []",), "k", "local_authority"),
        (('directorate = [" "]',), "k", "directorate"),
        (('spacing = "1ms"',), "k", "at least 0.1s for api.service.cqc.org.uk"),
    ],
)
def test_a_mistake_is_refused_and_says_where(tmp_path: Path, lines: tuple[str, ...], key: str, says: str) -> None:
    with pytest.raises(WatcherError) as refused:
        load(configured(tmp_path, *lines), with_secrets=True, environment={"CQC_API_KEY": key})
    assert says in str(refused.value)
    assert "two words" not in str(refused.value)


def test_a_filter_that_is_not_given_does_not_filter() -> None:
    assert list(filters_of((), (), care_home=False)) == []
    wanted = [("localAuthority", "Oldham"), ("localAuthority", "Bury"), ("careHome", "Y")]
    assert list(filters_of(("Oldham", "Bury"), (), care_home=True)) == wanted


@pytest.mark.parametrize(
    ("areas", "place"),
    [
        ((), "England"),
        (("Oldham",), "Oldham"),
        (("Oldham", "Bury"), "Bury and Oldham"),
        (tuple("ABCD"), "the 4 areas that are read"),
    ],
)
def test_what_is_counted_of_some_areas_is_not_said_to_be_the_countrys(
    tmp_path: Path, areas: tuple[str, ...], place: str
) -> None:
    lines = [f"local_authority = {list(areas)}"] if areas else []
    load(configured(tmp_path, *lines), with_secrets=False)
    assert (regulators.of("cqc").country, regulators.of("ofsted").country) == (place, "England")
