"""What lies in deploy/ is what the tools that read it take, and names only figures that the service has."""

import json
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.checkout import ROOT
from watcher.config.settings import load
from watcher.feeds.advance import Advance
from watcher.web.health import Health
from watcher.web.metrics import Figures, Metrics

DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes" / "watcher.yaml"
RULES = DEPLOY / "prometheus-rules.yaml"
BOARD = DEPLOY / "grafana.json"
UNIT = DEPLOY / "watcher.service"
COMPOSE = DEPLOY / "compose.yaml"
TOOL = Path(sys.executable).parent

needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="there is no promtool")


def ran(*command: str, cwd: Path = ROOT) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def figures() -> set[str]:
    """The names on the page of figures, as Prometheus has them."""
    metrics = Metrics()
    metrics.advance("site", Advance(1, 2, None))  # type: ignore[arg-type]  # its beginning is not shown
    feed = {"age_seconds": 1.0, "failures": 0, "last_good": "2026-03-02T12:00:00+00:00"}
    page = metrics.page(Health(True, timedelta(), {"site": feed}, None), Figures(("desk",)))  # alive
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", page.decode(), re.MULTILINE))
    parts = {
        f"{name}_{part}" for name, kind in kinds.items() if kind == "histogram" for part in ("bucket", "sum", "count")
    }
    return {name for name in {*kinds, *parts} if not name.endswith("_created")}


def test_the_page_of_the_operator_names_every_figure_and_no_other(figures: set[str]) -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(watcher_\w+)(?:\{|`)", page))
    assert named == {name for name in figures if not re.search("_(bucket|sum|count)$", name)}


@pytest.mark.parametrize("file", [RULES, BOARD], ids=lambda file: file.name)
def test_every_figure_that_is_asked_for_exists(file: Path, figures: set[str]) -> None:
    asked = set(re.findall(r"\bwatcher_\w+", file.read_text(encoding="utf-8")))
    assert len(asked) > 6
    assert asked <= figures


@needs_promtool
def test_the_rules_ring_for_what_is_ill_and_for_nothing_else() -> None:
    assert "7 rules found" in ran("promtool", "check", "rules", str(RULES))
    assert "SUCCESS" in ran("promtool", "test", "rules", "prometheus-rules-test.yaml", cwd=DEPLOY)


def test_the_board_has_each_panel_once_and_none_that_asks_nothing() -> None:
    panels = json.loads(BOARD.read_text(encoding="utf-8"))["panels"]
    assert len({panel["id"] for panel in panels}) == len({panel["title"] for panel in panels}) == len(panels)
    assert all(panel["targets"] and all(target["expr"] for target in panel["targets"]) for panel in panels)
    spots = [(panel["gridPos"]["x"] + panel["gridPos"]["w"]) <= 24 for panel in panels]
    assert all(spots)


@needs_promtool
def test_promtool_understands_every_question_of_the_board(tmp_path: Path) -> None:
    panels = json.loads(BOARD.read_text(encoding="utf-8"))["panels"]
    asked = [target["expr"] for panel in panels for target in panel["targets"]]
    rules = [{"record": f"asked:{number}", "expr": expression} for number, expression in enumerate(asked)]
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump({"groups": [{"name": "board", "rules": rules}]}))
    assert f"{len(asked)} rules found" in ran("promtool", "check", "rules", str(tmp_path / "rules.yaml"))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "watcher.service"
    text = UNIT.read_text(encoding="utf-8")
    assert "ExecReload=/bin/kill -HUP $MAINPID\n" in text
    unit.write_text(text.replace("/opt/watcher/bin/watcher", sys.executable))
    assert ran("systemd-analyze", "verify", "--man=no", str(unit)) == ""


def documents() -> dict[str, dict[str, Any]]:
    """The Kubernetes manifests by kind."""
    found = list(yaml.safe_load_all(KUBERNETES.read_text(encoding="utf-8")))
    return {document["kind"]: document for document in found}


def test_kubernetes_takes_the_manifests() -> None:
    ran(str(TOOL / "kubernetes-validate"), "--strict", str(KUBERNETES))
    spec = documents()["Deployment"]["spec"]
    (container,) = spec["template"]["spec"]["containers"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})
    assert spec["template"]["spec"]["securityContext"]["runAsNonRoot"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    probes = {container[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "liveness", "readiness")}
    assert probes == {"/healthz"}


def test_the_configuration_in_the_manifests_is_one(tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text(documents()["ConfigMap"]["data"]["watcher.toml"])
    settings = load(tmp_path / "watcher.toml")
    assert settings.web.host == "0.0.0.0"
    (container,) = documents()["Deployment"]["spec"]["template"]["spec"]["containers"]
    mounted = [mount["mountPath"] for mount in container["volumeMounts"]]
    wanted = settings.channels["desk"].token_file  # type: ignore[attr-defined]  # it is Slack's
    users = settings.web.users_file
    assert users is not None
    assert all(any(Path(place) in secret.parents for place in mounted) for secret in (wanted, users))
    made = re.findall(r"--from-file=([a-z-]+)", KUBERNETES.read_text(encoding="utf-8"))
    assert set(made) == {wanted.name, users.name}
    assert Path("/data") in settings.data_dir.parents


def test_compose_takes_its_file() -> None:
    ran(str(TOOL / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(COMPOSE))
    service = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]["watcher"]
    assert (service["read_only"], service["user"], service["cap_drop"]) == (True, "10001:10001", ["ALL"])
