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
REPLICAS = DEPLOY / "postgresql" / "kubernetes.yaml"
REPLICAS_COMPOSE = DEPLOY / "postgresql" / "compose.yaml"
MOUNTED = "/run/secrets/watcher"
"""Where the manifests have the secrets."""
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


def documents(manifests: Path = KUBERNETES) -> dict[str, dict[str, Any]]:
    """The Kubernetes manifests by kind."""
    found = list(yaml.safe_load_all(manifests.read_text(encoding="utf-8")))
    return {document["kind"]: document for document in found}


@pytest.mark.parametrize("manifests", [KUBERNETES, REPLICAS], ids=lambda file: file.parent.name)
def test_kubernetes_takes_the_manifests(manifests: Path) -> None:
    ran(str(TOOL / "kubernetes-validate"), "--strict", str(manifests))
    pod = documents(manifests)["Deployment"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert container["securityContext"]["readOnlyRootFilesystem"]


def probes(manifests: Path) -> dict[str, str]:
    (container,) = documents(manifests)["Deployment"]["spec"]["template"]["spec"]["containers"]
    return {name: container[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "liveness", "readiness")}


def test_one_watcher_owns_a_folder_and_is_ended_before_another_begins() -> None:
    spec = documents()["Deployment"]["spec"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})
    assert set(probes(KUBERNETES).values()) == {"/healthz"}


def test_of_two_on_a_database_one_stays_whatever_is_done_to_the_machines() -> None:
    manifests = documents(REPLICAS)
    spec, budget = manifests["Deployment"]["spec"], manifests["PodDisruptionBudget"]["spec"]
    assert (spec["replicas"], spec["strategy"]["rollingUpdate"]["maxUnavailable"]) == (2, 0)
    assert (budget["minAvailable"], budget["selector"]) == (1, spec["selector"])
    assert probes(REPLICAS) == {"startup": "/healthz", "liveness": "/healthz", "readiness": "/readyz"}
    data = next(volume for volume in spec["template"]["spec"]["volumes"] if volume["name"] == "data")
    assert data == {"name": "data", "emptyDir": {}}


@pytest.mark.parametrize("manifests", [KUBERNETES, REPLICAS], ids=lambda file: file.parent.name)
def test_the_configuration_in_the_manifests_is_one(manifests: Path, tmp_path: Path) -> None:
    made = set(re.findall(r"--from-file=([a-z-]+)", manifests.read_text(encoding="utf-8")))
    for name in made:
        (tmp_path / name).write_text("planted")
    text = documents(manifests)["ConfigMap"]["data"]["watcher.toml"]
    (tmp_path / "watcher.toml").write_text(text.replace(MOUNTED, str(tmp_path)))
    settings = load(tmp_path / "watcher.toml", with_secrets=True)
    assert settings.web.host == "0.0.0.0"
    (container,) = documents(manifests)["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert MOUNTED in {mount["mountPath"] for mount in container["volumeMounts"]}
    authority = re.findall(r"sslrootcert=([^&]+)", settings.history.url)
    wanted = [*settings.secret_paths.values(), *map(Path, authority), settings.web.users_file]
    assert {file.name for file in wanted if file is not None and file.parent == tmp_path} == made
    assert settings.data_dir.is_relative_to("/data")


@pytest.mark.parametrize(
    ("file", "names"), [(COMPOSE, {"watcher"}), (REPLICAS_COMPOSE, {"first", "second"})], ids=["one", "two"]
)
def test_compose_takes_its_file(file: Path, names: set[str]) -> None:
    ran(str(TOOL / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(file))
    services = yaml.safe_load(file.read_text(encoding="utf-8"))["services"]
    assert set(services) - {"database"} == names
    for name in names:
        service = services[name]
        assert (service["read_only"], service["user"], service["cap_drop"]) == (True, "10001:10001", ["ALL"])
        assert (file.parent / service["build"]).resolve() == ROOT


def test_the_password_in_compose_is_in_a_file_for_the_database_and_for_those_that_ask_it(tmp_path: Path) -> None:
    text = REPLICAS_COMPOSE.read_text(encoding="utf-8")
    said = "\n".join(line.removeprefix("#").strip() for line in text.splitlines() if line.startswith("#     "))
    (tmp_path / "watcher.toml").write_text(said.replace("/run/secrets", str(tmp_path)))
    (tmp_path / "db-password").write_text("long and random")
    place = load(tmp_path / "watcher.toml").place
    assert (place.url, place.password()) == ("postgresql://watcher@database/watcher", "long and random")
    database = yaml.safe_load(text)["services"]["database"]
    assert database["environment"]["POSTGRES_PASSWORD_FILE"] == "/run/secrets/db-password"
    assert "./secrets:/run/secrets:ro" in database["volumes"]
