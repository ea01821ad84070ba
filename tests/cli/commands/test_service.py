"""`check` and `poll` tell what does not work, and end with 1."""

from pathlib import Path

from tests.cli.shell import Run, lines, run

__all__ = ["run"]  # a fixture


def test_check_tells_file_and_line_of_a_template_that_cannot_be_used(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text('templates = "layout"\n')
    (tmp_path / "layout").mkdir()
    own = tmp_path / "layout" / "alert.html"
    own.write_text('{% extends "built-in/alert.html" %}\n\n{% block footnotes %}{% if %}{% endblock %}\n')
    code, out, _ = run("check", "--json")
    assert code == 1
    tried = {str(line["what"]): line for line in lines(out)}
    assert tried["templates"]["ok"] is False
    assert str(tried["templates"]["detail"]).startswith("layout/alert.html:3: ")
    own.write_text('{% extends "built-in/alert.html" %}{% block footnotes %}Ours.{% endblock %}')
    tried = {str(line["what"]): line for line in lines(run("check", "--json")[1])}
    assert tried["templates"] == {"what": "templates", "ok": True, "detail": "can be used: alert.html in layout"}
    own.rename(own.with_name("README.md"))
    tried = {str(line["what"]): line for line in lines(run("check", "--json")[1])}
    assert tried["templates"]["ok"] is False
    assert str(tried["templates"]["detail"]).startswith("none is in layout: ")


def test_a_feed_that_cannot_be_reached_is_told_by_poll(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text(
        'contact = "test@localhost"\n[feeds.ofsted]\nurl = "http://127.0.0.1:9"\n[channels.screen]\nkind = "console"\n'
        '[[watch]]\nname = "all"\nto = "screen"\n'
    )
    code, out, _ = run("poll")
    assert code == 1
    assert out.startswith("ofsted: unreachable")
    code, out, _ = run("check", "--json")
    assert code == 1
    assert {str(line["what"]): line["ok"] for line in lines(out)}["feed ofsted"] is False
