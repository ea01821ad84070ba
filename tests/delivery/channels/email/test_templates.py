"""Templates of one's own: a block or all of it, harmless to watcher, and never the reason that a message is lost."""

import gc
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.checkout import ROOT
from tests.messages.messages import SEEN, alert, message
from tests.messages.wordings import founding_case
from tests.standins.smtp import SmtpStandIn
from watcher.delivery.channels.email.rendering import Rendered, render, render_wording
from watcher.delivery.channels.email.smtp import EmailChannel
from watcher.delivery.channels.email.template_faults import faults_in
from watcher.delivery.verdict import Answer
from watcher.messages.digest import Digest, Item
from watcher.messages.message import Notice
from watcher.messages.template_set import BUILT_IN, Templates

LONDON = ZoneInfo("Europe/London")
EXTENDS = '{% extends "built-in/alert.html" %}\n'
DIGEST = Digest(day=date(2018, 8, 4), items=(Item(alert(), SEEN),), total=1, feeds=1)


def rendered(own: Path, **files: str) -> Rendered:
    """The founding case through templates of one's own; `alert_html` is the file `alert.html`."""
    write(own, **files)
    return render_wording(founding_case(), "m", Templates(own))


def write(own: Path, **files: str) -> None:
    for name, text in files.items():
        (own / name.replace("_", ".")).write_text(text, encoding="utf-8")


def faults(own: Path, **files: str) -> list[str]:
    write(own, **files)
    return [fault.removeprefix(f"{own}/") for fault in faults_in(own)]


def test_one_block_is_replaced_and_all_else_stays(tmp_path: Path) -> None:
    usual = render_wording(founding_case(), "m")
    ours = rendered(tmp_path, alert_html=EXTENDS + "{% block footnotes %}<p>Ring the <b>desk</b>.</p>{% endblock %}")
    assert "<b>desk</b>" in ours.html
    assert "Why you get this" in usual.html
    assert "Why you get this" not in ours.html
    start = usual.html.index("<p", usual.html.index("There was no enforcement."))
    assert ours.html[:start] == usual.html[:start]
    assert (ours.text, ours.remark) == (usual.text, "")


def test_a_block_can_add_to_the_built_in_one_and_use_what_it_uses(tmp_path: Path) -> None:
    ours = rendered(
        tmp_path, alert_html=EXTENDS + "{% block facts %}{{ super() }}{{ rows(wording.areas) }}{% endblock %}"
    )
    assert ours.html.partition("<h1")[2].count("Overall experiences, help and protection") == 2
    assert ours.remark == ""


@pytest.mark.parametrize(
    "block",
    [
        "preheader",
        "heading",
        "consequence",
        "text",
        "areas",
        "facts",
        "timeline",
        "sections",
        "source",
        "footnotes",
        "content",
    ],
)
@pytest.mark.parametrize("suffix", [".html", ".txt"])
def test_every_block_can_be_replaced(tmp_path: Path, block: str, suffix: str) -> None:
    if suffix == ".txt" and block in ("content", "preheader"):
        block = "footnotes"
    own = f'{{% extends "built-in/alert{suffix}" %}}{{% block {block} %}}{{{{ wording.title }}}} OURS{{% endblock %}}'
    ours = rendered(tmp_path, **{f"alert{suffix}".replace(".", "_"): own})
    assert ours.remark == ""
    assert "OURS" in (ours.html if suffix == ".html" else ours.text)


def test_the_frame_of_all_mails_can_be_replaced(tmp_path: Path) -> None:
    write(
        tmp_path, frame_html='{% extends "built-in/frame.html" %}{% block style %}h1 { color: #123456; }{% endblock %}'
    )
    templates = Templates(tmp_path)
    for rendered in (render(message(), LONDON, templates), render(message(DIGEST), LONDON, templates)):
        assert 'style="color: #123456;"' in rendered.html
        assert rendered.remark == ""


@pytest.mark.parametrize("block", ["heading", "intro", "contents", "section", "item", "footnotes"])
def test_every_block_of_a_digest_can_be_replaced(tmp_path: Path, block: str) -> None:
    for suffix in ("html", "txt"):
        extends = f'{{% extends "built-in/digest.{suffix}" %}}'
        write(tmp_path, **{f"digest_{suffix}": f"{extends}{{% block {block} %}}{{{{ title }}}} OURS{{% endblock %}}"})
    one = render(message(DIGEST), LONDON, Templates(tmp_path))
    assert " OURS" in one.text
    assert " OURS" in one.html
    assert one.remark == ""


def test_a_digests_items_can_be_replaced(tmp_path: Path) -> None:
    for suffix in ("html", "txt"):
        extends = f'{{% extends "built-in/digest.{suffix}" %}}'
        write(tmp_path, **{f"digest_{suffix}": extends + "{% block item %}{{ item.title }} ITEM{% endblock %}"})
    one = render(message(DIGEST), LONDON, Templates(tmp_path))
    assert " ITEM" in one.text
    assert " ITEM" in one.html
    assert one.remark == ""


def test_what_a_regulator_prints_is_escaped_on_the_page_and_plain_in_the_text(tmp_path: Path) -> None:
    write(tmp_path, alert_html=EXTENDS + "{% block facts %}{{ wording.facts[0].value }}{% endblock %}")
    for templates in (Templates(), Templates(tmp_path)):
        one = render(message(alert(owner="<script>alert(1)</script>")), LONDON, templates)
        assert one.remark == ""
        assert "<script" not in one.html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in one.html
        assert "Owner: <script>alert(1)</script>" in one.text


@pytest.mark.parametrize(
    "expression",
    [
        "wording.__class__",
        "wording.plain.__func__.__globals__",
        "''.__class__.__mro__[1].__subclasses__()",
        "lipsum.__globals__['os'].popen('id').read()",
        "self.__init__.__globals__",
        "wording.timeline.append(1)",
        "wording.nothing_of_the_kind",
        "range(10000000)|list",
        "1/0",
        "wording.title|no_such_filter",
        "(",
    ],
)
def test_a_template_reaches_nothing_but_its_values_and_its_failure_loses_no_message(
    tmp_path: Path, expression: str
) -> None:
    usual = render_wording(founding_case(), "m")
    ours = rendered(
        tmp_path, alert_html=f"{EXTENDS}\n{{% block footnotes %}}\n{{{{ {expression} }}}}\n{{% endblock %}}"
    )
    assert (ours.html, ours.text) == (usual.html, usual.text)
    assert "built-in template" in ours.remark
    assert f"{tmp_path / 'alert.html'}:4: " in ours.remark
    assert any(fault.startswith("alert.html:4: ") for fault in faults(tmp_path))


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ('{% extends "alert.html" %}', "built-in/alert.html"),
        (
            '\n{% extends "built-in/alrt.html" %}',
            "alert.html:2: there is no template 'built-in/alrt.html'; did you mean 'built-in/alert.html'?",
        ),
        ("{{ wording.title", "alert.html:1: "),
        ("", "title"),
        ("<title>{{ wording.title }}</title>", "title"),
        (EXTENDS + "{% block content %}Hello{% endblock %}", "title"),
        (
            EXTENDS + "\n{% block footnote %}Hello{% endblock %}",
            "alert.html:3: there is no block 'footnote' to replace; ",
        ),
    ],
)
def test_what_cannot_work_is_found_beforehand(tmp_path: Path, own: str, said: str) -> None:
    assert said in "\n".join(faults(tmp_path, alert_html=own))
    assert founding_case().title in render_wording(founding_case(), "m", Templates(tmp_path)).html


def test_a_file_that_nothing_uses_is_found_beforehand(tmp_path: Path) -> None:
    write(tmp_path, alert_html=EXTENDS + "{% block footnotes %}{% include 'imprint.html' %}{% endblock %}")
    assert faults(tmp_path, imprint_html="Us.") == []
    (fault,) = faults(tmp_path, alerts_html=EXTENDS)
    assert fault == "alerts.html: nothing uses a template of this name; did you mean 'alert.html'?"


def test_a_template_that_extends_itself_is_told_once(tmp_path: Path) -> None:
    found = faults(tmp_path, alert_html='{% extends "alert.html" %}', alert_txt="{{ wording.nothing }}")
    assert [fault.split(": ")[0] for fault in found] == ["alert.html", "alert.txt:1"]


def test_a_folder_or_a_link_to_nothing_is_no_template(tmp_path: Path) -> None:
    (tmp_path / "alert.html").mkdir()
    (tmp_path / "alert.txt").symlink_to("nowhere")
    assert faults(tmp_path) == [
        "alert.html: is a folder, and should be a file",
        "alert.txt: leads nowhere, and should be a file",
    ]


def test_the_examples_of_the_documentation_add_to_what_a_mail_says(tmp_path: Path) -> None:
    for name in ("docs/channels.md", "config.example.toml"):
        text = (ROOT / name).read_text(encoding="utf-8")
        lines = text[text.index('{% extends "built-in/alert.html" %}') :].splitlines()[:2]
        ours = rendered(tmp_path, alert_html="\n".join(line.removeprefix("#").strip() for line in lines))
        assert ours.remark == ""
        assert "Ring the desk." in ours.html
        assert "Why you get this" in ours.html
        assert "Seen " in ours.html


def test_a_file_that_is_no_text_is_found_beforehand_and_loses_no_message(tmp_path: Path) -> None:
    (tmp_path / "alert.txt").write_bytes(b"\xff\xfe{{ wording.title }}")
    assert faults(tmp_path) == ["alert.txt: is not UTF-8 text: save it as UTF-8"]
    assert render_wording(founding_case(), "m", Templates(tmp_path)).text == render_wording(founding_case(), "m").text


def test_the_built_in_templates_have_no_faults(tmp_path: Path) -> None:
    for file in BUILT_IN.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert faults_in(tmp_path) == []


def test_a_folder_that_is_taken_away_loses_no_message(tmp_path: Path) -> None:
    assert render_wording(founding_case(), "m", Templates(tmp_path / "gone")) == render_wording(founding_case(), "m")


@pytest.fixture
def server() -> Iterator[SmtpStandIn]:
    with SmtpStandIn(starttls=False, login=False) as stand_in:
        yield stand_in


def test_the_operator_hears_that_the_built_in_template_was_used(server: SmtpStandIn, tmp_path: Path) -> None:
    write(tmp_path, alert_html="{{ wording.secret }}")
    channel = EmailChannel(
        "mail", smtp=server.url, sender="w@example.org", to=("d@example.org",), zone=LONDON, starttls=False,
        templates=Templates(tmp_path),
    )  # fmt: skip
    verdict = channel.send(message(Notice("title", "text")))
    assert verdict.answer is Answer.ACCEPTED
    assert "alert.html:1: " in verdict.remark
    assert server.arrived[0].mail["Subject"] == "title"
    (tmp_path / "alert.html").unlink()
    assert channel.send(message()).remark == ""


def test_the_watch_over_a_templates_time_outlives_what_the_collector_calls_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.messages.template_set.LONGEST", timedelta(milliseconds=100))
    called: list[str] = []

    def busy(phase: str, _: dict[str, int]) -> None:
        """Is called from within the template; what is raised here, nobody hears of."""
        if sys.gettrace() is not None and not called:
            called.append(phase)
            until = time.thread_time() + 0.3
            while time.thread_time() < until:
                pass

    loop = "{% for a in range(3000) %}{% for b in range(300) %}{% set x = [a, b] %}{% endfor %}{% endfor %}"
    before = gc.get_threshold()
    gc.callbacks.append(busy)
    gc.set_threshold(50)
    try:
        ours = rendered(tmp_path, alert_html=EXTENDS + "{% block footnotes %}" + loop + "{% endblock %}")
    finally:
        gc.set_threshold(*before)
        gc.callbacks.remove(busy)
    assert called
    assert "it takes longer than" in ours.remark


@pytest.mark.parametrize("body", ["{% set x = a * b %}", "<p>{{ a }}</p>"])
def test_a_template_without_an_end_gives_way(tmp_path: Path, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watcher.messages.template_set.LONGEST", timedelta(milliseconds=300))
    loop = "{% for a in range(90000) %}{% for b in range(90000) %}" + body + "{% endfor %}{% endfor %}"
    ours = rendered(tmp_path, alert_html=EXTENDS + "{% block footnotes %}" + loop + "{% endblock %}")
    assert "it takes longer than" in ours.remark
    assert ours.html == render_wording(founding_case(), "m").html
    assert sys.gettrace() is None or "look" not in repr(sys.gettrace())
