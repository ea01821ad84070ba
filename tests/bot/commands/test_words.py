"""What people write is read as they mean it, however Slack or a telephone dresses it up."""

import pytest

from watcher.bot.commands.words import written


@pytest.mark.parametrize(
    ("text", "command", "argument", "is_public"),
    [
        ("", "", "", False),
        ("  HELP ", "help", "", False),
        ("/watcher home SC1", "home", "SC1", False),
        ("owner  Esland   North Limited", "owner", "Esland North Limited", False),
        ("public owner Care", "owner", "Care", True),
        ("owner Care Public", "owner", "Care", True),
        ("*home SC1 public*", "home", "SC1", True),
        ('owner "Care Public"', "owner", '"Care Public"', False),
        ("owner “The Public”", "owner", "“The Public”", False),
        ("public", "", "", True),
        ("status.", "status", "", False),
        ("`numbers`", "numbers", "", False),
    ],
)
def test_command_argument_and_who_sees_it(text: str, command: str, argument: str, is_public: bool) -> None:
    read = written(text)
    assert (read.command, read.argument, read.is_public) == (command, argument, is_public)


@pytest.mark.parametrize(
    ("argument", "meant"),
    [
        ("“Esland North”", "Esland North"),
        ("'Esland North'", "Esland North"),
        ("*Esland North*", "Esland North"),
        ("_*Esland* North_", "Esland North"),
        ("`Esland` North", "Esland North"),
        ("Plas &amp; Sons", "Plas & Sons"),
        ("&lt;script&gt;", "<script>"),
        ("<http://Care.example|Care.example> Ltd", "Care.example Ltd"),
        ("<https://care.example/x>", "https://care.example/x"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("<@U012ABC|kim>", "kim"),
        ("<#C012ABC|derby>", "derby"),
        ("“*Plas &amp; Sons*”", "Plas & Sons"),
    ],
)
def test_what_a_name_is_meant_to_be(argument: str, meant: str) -> None:
    assert meant in written(f"owner {argument}").readings


def test_a_name_is_looked_for_first_as_it_was_written() -> None:
    for name in ("Plas &amp; Sons", "*Care*", "<!channel> @everyone", "St Georges'"):
        assert written(f"owner {name}").readings[0] == name


@pytest.mark.parametrize(
    "argument",
    [
        "SC478986",
        "sc478986",
        "SC 478986",
        "“SC478986”",
        "*SC478986*",
        "no. SC478986,",
        "<https://reports.ofsted.gov.uk/provider/2/SC478986>",
        "<https://reports.ofsted.gov.uk/provider/2/SC478986/?a=b#c|reports.ofsted.gov.uk>",
        "https://watcher.example.org/homes/SC478986",
    ],
)
def test_the_number_of_a_home(argument: str) -> None:
    assert "sc478986" in written(f"home {argument}").ids or "|" in argument


def test_quotes_within_are_left_out_of_what_has_several_parts() -> None:
    assert written("watch area “Derby” *dropped*, recovered").undressed == "area Derby dropped, recovered"
    assert written("watch").undressed == ""


def test_the_longest_text_has_few_numbers_to_look_for() -> None:
    assert len(written("home " + "1 " * 400).ids) < 10


def test_a_button_asks_for_the_same_people_and_is_read_as_it_was_meant() -> None:
    for name in ("Care Public", '"Care"', "public", "The “Elms”", "a | b", "O'Neill's"):
        again = written(written("owner x public").again("owner", name))
        assert (again.command, again.is_public, again.readings[0]) == ("owner", True, name)
    assert written("owner x").again("help") == "help"
