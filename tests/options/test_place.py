"""Where a history is, and the address of a database that is refused."""

from pathlib import Path

import pytest

from watcher.options.place import HistoryPlace, wrong_with_url

PASSWORD = "planted"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://watcher@db.example.org/watcher",
        "postgres://watcher@db.example.org:5433/watcher?sslmode=verify-full&sslrootcert=/etc/ca.pem",
        "postgresql://watcher@one.example.org,two.example.org/watcher?target_session_attrs=read-write",
        "postgresql://watcher@[::1]/watcher",
        "postgresql:///watcher?host=/var/run/postgresql",
    ],
)
def test_an_address_without_a_password_is_taken(url: str) -> None:
    assert wrong_with_url(url) == ""


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://watcher:{PASSWORD}@db.example.org/watcher",
        f"postgresql://watcher@db.example.org/watcher?password={PASSWORD}",
        f"postgresql://watcher@db.example.org/watcher?sslmode=require&sslPassword={PASSWORD}",
    ],
)
def test_a_password_in_the_address_is_refused_and_never_repeated(url: str) -> None:
    assert "password_file" in wrong_with_url(url)
    assert PASSWORD not in wrong_with_url(url)


@pytest.mark.parametrize(
    "url", ["mysql://watcher@db/watcher", "db.example.org", "postgresql:", "postgresql://[::1/w", "postgresql://db/w?x"]
)
def test_another_address_is_refused(url: str) -> None:
    assert "postgresql://ROLE@HOST/DATABASE" in wrong_with_url(url)


def test_a_place_is_called_by_server_and_database_and_never_shows_its_password() -> None:
    url = "postgresql://watcher@db.example.org:5433/homes?sslmode=require"
    place = HistoryPlace(Path("data"), url, lambda: PASSWORD)
    assert str(place) == "the database homes on db.example.org:5433"
    assert str(HistoryPlace(Path("data"))) == "data"
    assert PASSWORD not in repr(place)
