"""The database that a configuration names, and its password."""

from pathlib import Path

import pytest

from watcher.config.settings import load
from watcher.options.mistakes import ConfigError

PASSWORD = "plantedDatabasePassword"
URL = "postgresql://watcher@db.example.org/watcher"


def configured(folder: Path, text: str) -> Path:
    file = folder / "watcher.toml"
    file.write_text(text)
    return file


def test_without_a_table_the_history_is_in_the_folder(tmp_path: Path) -> None:
    place = load(configured(tmp_path, 'data_dir = "here"\n')).place
    assert (place.is_shared, place.folder) == (False, Path("here"))


def test_the_password_is_looked_up_anew_in_its_file_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{PASSWORD}\n")
    place = load(configured(tmp_path, f'[history]\nurl = "{URL}"\npassword_file = "secret"\n')).place
    assert (place.url, place.password()) == (URL, PASSWORD)
    (tmp_path / "secret").write_text("another")
    assert place.password() == "another"


def test_the_password_is_the_environments_where_no_file_is_named(tmp_path: Path) -> None:
    file = configured(tmp_path, f'[history]\nurl = "{URL}"\n')
    assert load(file, environment={"WATCHER_DB_PASSWORD": PASSWORD}).place.password() == PASSWORD
    assert load(file, environment={}).place.password() == ""


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (f'url = "postgresql://watcher:{PASSWORD}@db.example.org/watcher"', ":2: history.url"),
        (f'url = "{URL}"\npassword = "{PASSWORD}"', "history.password"),
        (f'url = "{URL}?password={PASSWORD}"', ":2: history.url"),
        (f'url = "{URL}"\npassword_file = "nowhere"', ":3: history.password_file"),
        (f'url = "{URL}"\npassword_file = "empty"', "is empty"),
        (f'urn = "{URL}"', "did you mean 'url'"),
    ],
)
def test_a_table_that_can_not_be_meant_is_refused_where_it_stands_without_any_password(
    tmp_path: Path, table: str, said: str
) -> None:
    (tmp_path / "empty").touch()
    with pytest.raises(ConfigError) as refused:
        load(configured(tmp_path, f"[history]\n{table}\n"))
    assert said in str(refused.value)
    assert PASSWORD not in str(refused.value)
