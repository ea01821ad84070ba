"""`replay` prints what would have been told, as it is configured."""

from pathlib import Path

from tests.cli.shell import Run, lines, run

__all__ = ["run"]  # a fixture


def test_the_founding_case_is_replayed_from_a_fresh_folder(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("replay", "--from", "2018-08-03", "--to", "2018-08-03", "--json")
    assert code == 0
    (drop,) = [line for line in lines(out) if line["home"] == "ofsted:SC478986"]
    assert drop == {
        "change": "dropped to inadequate",
        "home": "ofsted:SC478986",
        "inspection": "ofsted:SC478986:10050736",
        "event": "10050736",
        "kind": "full",
        "inspected": "2018-07-17",
        "published": "2018-08-03",
        "grades": {"overall": "inadequate", "protected": "inadequate", "leaders": "inadequate"},
        "before": {"overall": "good", "protected": "good", "leaders": "good", "inspected": "2017-08-23"},
        "local_authority": "Derby",
        "owner": "Esland North Limited",
        "type": "children's home",
        "watches": ["everything"],
        "channels": ["screen"],
        "id": drop["id"],
    }
    assert list(tmp_path.iterdir()) == []


def test_a_replay_follows_the_configuration(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text(
        '[channels.desk]\nkind = "slack"\nchannel = "C1"\n[[watch]]\nname = "derby"\n'
        'local_authority = "Derby"\nchanges = ["recovered"]\nto = "desk"\n'
    )
    code, out, _ = run("replay", "--from", "2018-08-01", "--to", "2018-09-30", "--json")
    found = [(line["home"], line["change"], line["days_inadequate"]) for line in lines(out)]
    assert code == 0
    assert ("ofsted:SC478986", "recovered", 53) in found
    assert {change for _, change, _ in found} == {"recovered"}
