"""What of JSON is a table, and how its values are written."""

import pytest

from tests.feeds.tables.dresses import NAME, numbered, read
from watcher.feeds.tables.containers import FileRefusedError


def test_keys_stand_in_order_of_appearance_and_missing_ones_are_blank() -> None:
    content = b'[{"id": "1", "b": null}, {}, {"c": "x", "id": "2"}]'
    assert numbered(content) == [(1, ["id", "b", "c"]), (2, ["1", "", ""]), (4, ["2", "", "x"])]


def test_values_are_as_one_would_write_them() -> None:
    content = b'[{"id": 7, "a": 7.0, "b": 0.5, "c": true, "d": false, "e": NaN, "f": "07", "g": 12345678901234567890}]'
    assert read(content)[""][1] == ["7", "7", "0.5", "true", "false", "NaN", "07", "12345678901234567890"]


def test_half_a_letter_is_replaced() -> None:
    assert read(b'[{"id": "a\\ud800b", "n": "\\ud83c\\udfe0"}]')[""][1] == ["a�b", "🏠"]


def test_a_key_with_a_nested_value_is_left_out_wherever_it_stands() -> None:
    content = b'[{"id": "1", "at": "x", "on": []}, {"id": "2", "at": {"x": 1}}]'
    assert read(content) == {"": [["id"], ["1"], ["2"]]}


def test_the_table_of_an_object_is_its_one_array_of_objects() -> None:
    content = b'{"a": [1, [2], {}], "b": {"c": [{"d": 1}]}, "e": [], "items": [{"id": "1"}], "n": "\xc3\xa9"}\n'
    assert read(content) == {"": [["id"], ["1"]]}


def test_the_table_may_lie_in_what_its_publisher_says_of_it() -> None:
    content = b'{"Food": {"Header": {"Count": 1, "By": [2]}, "All": {"Each": [{"id": "1"}]}}, "x": {"id": {}}}'
    assert read(content) == {"": [["id"], ["1"]]}


def test_of_several_arrays_the_one_with_the_keys_looked_for_is_the_table() -> None:
    content = b'{"links": [{"rel": "self"}], "food": [{"id": "1"}], "meta": {"of": [{"page": 1}]}}'
    assert read(content) == {"": [["id"], ["1"]]}


def test_one_object_is_a_table_only_if_its_keys_are_those_looked_for() -> None:
    assert read(b'{"ID": "1", "name": "Elm"}\n') == {"": [["ID", "name"], ["1", "Elm"]]}
    with pytest.raises(FileRefusedError, match="without an array of objects in it"):
        read(b'{"error": "not found", "status": 404}')


def test_lines_may_be_blank_between_objects() -> None:
    assert numbered(b'\n{"id": "1"}\n\n{"id": "2"}\n')[1:] == [(2, ["1"]), (3, ["2"])]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[]", "JSON without a table in it"),
        (b'{"items": []}', "without an array of objects"),
        (b'{"a": [{"id": 1}], "b": [{"id": 1}]}', r"holds several tables \(a, b\): give the address of one"),
        (b'[{"id": 1}, 2]', "holds something else than objects"),
        (b'[["id"], ["1"]]', "holds something else than objects"),
        (b'[{"id": [1]}]', "no object with a plain value"),
        (b'[{"id": 1, "id": 2}]', "the key id twice in one object"),
        (b'[{"id": 1}] [', "cannot be read as JSON from character 13 on"),
        (b'[{"id": 1},]', "cannot be read as JSON"),
        (b'[{"id": 1}', "it is cut off or damaged"),
        (b'{"items": [{"id": 1}]', "it is cut off or damaged"),
        (b'{"id": 1}\n{"id": 2', "line 2, cannot be read as a JSON object"),
        (b'{"id": 1}\n[2]\n', "line 2, cannot be read as a JSON object"),
    ],
)
def test_json_that_is_no_table_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(FileRefusedError, match=f"^{NAME}.*{reason}"):
        read(content)


def test_an_object_may_lie_across_the_pieces_that_are_read() -> None:
    items = ",\n".join(f'{{"id": "{number}", "text": "{"x" * (number % 977)}"}}' for number in range(1_000))
    assert [cells[0] for cells in read(f"[{items}]".encode())[""][1:]] == [str(number) for number in range(1_000)]
