"""docs/webhook.md alone: what stands there is copied, run as it says, and sent real messages."""

import json
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from tests.checkout import ROOT
from tests.delivery.channels.test_webhook_signing import PLAIN, WHSEC, opened, sent
from tests.messages.messages import SEEN, alert, message
from tests.programs import Program
from watcher.cli import trial_message
from watcher.config.settings import load
from watcher.delivery.channel import Channel
from watcher.delivery.channels.webhook.body import Type
from watcher.delivery.verdict import Answer
from watcher.judging.changes import What
from watcher.messages.message import Notice, Reminder

DOCUMENT = (ROOT / "docs" / "webhook.md").read_text(encoding="utf-8")


def shown(language: str) -> str:
    """The first example in a language."""
    found = re.search(rf"^```{language}\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


@contextmanager
def running(folder: Path) -> Iterator[tuple[int, IO[str]]]:
    """The receiver of the document, started as the document says: its port, and what it prints."""
    subprocess.run(["sh", "-c", shown("sh")], cwd=folder, check=True)
    assert (folder / "webhook-secret").stat().st_mode & 0o077 == 0, "for nobody else"
    (folder / "receiver.py").write_text(shown("python"), encoding="utf-8")
    command = [sys.executable, "receiver.py", "0"]
    with Program(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline().rpartition(" ")[2]), process.stdout
        finally:
            process.terminate()


def to_it(folder: Path, port: int) -> Channel:
    """The channel as the document configures it."""
    file = folder / "watcher.toml"
    file.write_text(f'contact = "test@localhost"\n{shown("toml").replace("8099", str(port))}')
    return opened(load(file, with_secrets=True, environment={}))


def posted(port: int, body: bytes, headers: dict[str, str]) -> int:
    """The status by which the receiver answers somebody else."""
    try:
        with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/", body, headers)) as said:
            status: int = said.status
            return status
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def test_a_receiver_written_from_the_document_alone_believes_each_message_and_prints_it_once(tmp_path: Path) -> None:
    told = [
        message(),
        message(id="f" * 16, reminder=Reminder(number=2, alert=SEEN)),
        message(alert(What.CORRECTED, was={"overall": "good"}), id="e" * 16),
        message(trial_message.notice(SEEN), id="d" * 16),
        message(Notice("the disk is full", "Free some: \u202e é", topic="page"), id="c" * 16),
    ]
    with running(tmp_path) as (port, printed):
        channel = to_it(tmp_path, port)
        for each in (*told, *told):
            assert channel.send(each).answer is Answer.ACCEPTED
        assert channel.send(message(id="b" * 16)).answer is Answer.ACCEPTED, "another delivery of the same change"
        lines = [printed.readline().rstrip("\n") for _ in range(len(told) + 1)]
    fact = "Children's home in Derby drops from good to inadequate (SC478986, Esland North Limited)"
    assert lines[0] == lines[-1] == f"change: {fact}"
    assert lines[1] == f"reminder: Reminder 2: {fact}"
    assert [line.partition(":")[0] for line in lines[2:5]] == ["change", "test", "operator"]


def test_it_refuses_what_is_not_from_us_and_the_channel_stops_and_keeps_it(tmp_path: Path) -> None:
    with running(tmp_path) as (port, printed):
        channel = to_it(tmp_path, port)
        ours = (tmp_path / "webhook-secret").read_text()
        (tmp_path / "webhook-secret").write_text(WHSEC)
        verdict = channel.send(message())
        assert (verdict.answer, verdict.stops) == (Answer.REFUSED, True)
        assert "compare the secret on both sides" in verdict.detail
        genuine = sent(ours)
        headers = dict(genuine.headers)
        broken = [
            {"webhook-signature": ""}, {"webhook-signature": "v1"}, {"webhook-signature": "v1,é"},
            {"webhook-id": "another"}, {"webhook-timestamp": "1"}, {"webhook-timestamp": "soon"},
        ]  # fmt: skip
        assert [posted(port, genuine.body, {**headers, **each}) for each in broken] == [401] * len(broken)
        assert posted(port, genuine.body + b" ", {**headers, "Content-Length": str(len(genuine.body) + 1)}) == 401
        (tmp_path / "webhook-secret").write_text(ours)
        assert channel.send(message(trial_message.notice(SEEN))).answer is Answer.ACCEPTED
        assert printed.readline().startswith("test: "), "nothing before it was believed"


NODE = """
const { readFileSync } = require("node:fs");
const said = JSON.parse(readFileSync(0));
console.log(JSON.stringify(said.map((one) => isFromWatcher(Buffer.from(one.body), one.headers, one.secret))));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node, which runs the document's example")
def test_the_example_in_another_language_believes_us_and_nobody_else() -> None:
    request = sent(f"{WHSEC}\n{PLAIN}")
    headers = {name.lower(): value for name, value in request.headers}
    genuine = {"body": request.body.decode(), "headers": headers, "secret": WHSEC}
    wrong: list[dict[str, object]] = [
        {"secret": "another"}, {"body": request.body.decode() + " "}, {"headers": {}},
        {"headers": {**headers, "webhook-timestamp": "1"}},
        {"headers": {**headers, "webhook-signature": "v1 v2,x v1,AAAA"}},
    ]  # fmt: skip
    given = [genuine, {**genuine, "secret": PLAIN}, *({**genuine, **each} for each in wrong)]
    ran = subprocess.run(
        ["node", "-e", shown("js") + NODE], input=json.dumps(given), capture_output=True, text=True, check=True
    )
    assert json.loads(ran.stdout) == [True, True, *[False] * len(wrong)]


def test_it_tells_of_every_type_there_is() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \|", DOCUMENT.partition("| `type` |")[2].partition("\n\n")[0], re.MULTILINE)
    others = {Type.DIGEST, Type.GROUP, Type.STATE}
    assert set(rows) == set(Type) - others
    assert all(f"`{kind}`" in DOCUMENT for kind in others)


def test_it_names_every_header() -> None:
    ours = {name for name, _ in sent(WHSEC).headers if name.lower().startswith(("webhook-", "x-watcher"))}
    assert len(ours) == 5
    assert [name for name in ours if f"`{name}`" not in DOCUMENT] == []
