"""Watches that people made have names that say where they tell."""

from watcher.watching.made_watches import known_in


def test_readers_of_a_channel_know_the_watches_that_were_made_there_and_those_of_the_configuration() -> None:
    names = ("derby", "desk/C0456/4", "desk/C0457/5", "desk/6")
    assert known_in("desk/C0456", names) == ("derby", "desk/C0456/4")
    assert known_in("desk", names) == ("derby", "desk/6")
    assert known_in("mail", names) == ("derby",)
