#!/usr/bin/env bash
# Builds the image and proves what it promises, without a Docker engine.
# Needs buildah, podman, runc and mmdebstrap (Debian packages), and root.
# Usage: tests/container.sh [FOLDER FOR THE BUILD]
# Where the network needs its own certificates, name their folder in CERTIFICATES and pip's settings in PIP_CONFIG.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
work=${1:-$(mktemp -d)}
mkdir -p "$work/volume" "$work/store" "$work/run"
storage=(--root "$work/store" --runroot "$work/run" --storage-driver overlay)
podman=(podman "${storage[@]}" --cgroup-manager cgroupfs --runtime runc)
image=localhost/watcher:test
mounts=()
[ -z "${CERTIFICATES:-}" ] || mounts+=(-v "$CERTIFICATES:$CERTIFICATES:ro")
[ -z "${PIP_CONFIG:-}" ] || mounts+=(-v "$PIP_CONFIG:/etc/pip.conf:ro")

fail() { echo "FAILED: $*" >&2; "${podman[@]}" logs watcher-test >&2 || true; exit 1; }
cleanup() { "${podman[@]}" rm --force --ignore watcher-test >/dev/null 2>&1 || true; }
trap cleanup EXIT

if ! "${podman[@]}" image exists docker.io/library/python:3.13-slim; then
    echo "== a base image from Debian's packages"
    mmdebstrap --quiet --variant=minbase --include=ca-certificates,python3,python3-venv,python3-pip \
        --customize-hook='rm -f "$1"/usr/lib/python3.*/EXTERNALLY-MANAGED; ln -sf /usr/bin/python3 "$1"/usr/local/bin/python' \
        trixie "$work/base.tar"
    "${podman[@]}" import --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
        "$work/base.tar" docker.io/library/python:3.13-slim >/dev/null 2>&1
fi

echo "== build"
buildah "${storage[@]}" bud --isolation chroot --network host --format docker --pull-never "${mounts[@]}" \
    -t "$image" "$here" >"$work/build.log" 2>&1 || { tail -30 "$work/build.log" >&2; exit 1; }

echo "== run: read-only, no capabilities, not root"
chown 10001:10001 "$work/volume"
cat >"$work/volume/watcher.toml" <<'TOML'
data_dir = "/data/history"
contact = "container-test@localhost"
[feeds.ofsted]
url = "http://127.0.0.1:9"
[channels.screen]
kind = "console"
[[watch]]
name = "everything"
to = ["screen"]
[operator]
to = ["screen"]
TOML
"${podman[@]}" run --detach --name watcher-test --network host --health-interval disable --read-only --tmpfs /tmp \
    --ulimit nofile=4096:4096 --ulimit nproc=4096:4096 --cap-drop ALL --security-opt no-new-privileges \
    --volume "$work/volume:/data" "$image" >/dev/null

healthy=no
for _ in $(seq 60); do
    if "${podman[@]}" healthcheck run watcher-test >/dev/null 2>&1; then healthy=yes; break; fi
    sleep 0.5
done
[ "$healthy" = yes ] || fail "never healthy"
echo "healthy"
[ "$("${podman[@]}" exec watcher-test id -u)" = 10001 ] || fail "runs as root"
echo "user 10001"
"${podman[@]}" exec watcher-test watcher history SC478986 | grep -q 2018-07-17 || fail "the bundled history is not there"
echo "knows the bundled history"
"${podman[@]}" exec watcher-test sh -c 'echo x > /opt/watcher/x' 2>/dev/null && fail "the root file system can be written"
echo "root file system read-only"

echo "== a hanging process is told from a living one"
pid=$("${podman[@]}" inspect watcher-test --format '{{.State.Pid}}')
kill -STOP "$pid"
sed -i 's/T[0-9][0-9]:/T00:/g; s/20[0-9][0-9]-/2020-/g' "$work/volume/history/heartbeat.json"
"${podman[@]}" healthcheck run watcher-test >/dev/null 2>&1 && fail "healthy though its heartbeat is stale"
kill -CONT "$pid"
echo "unhealthy when the heartbeat is stale"

echo "== SIGTERM"
began=$(date +%s)
"${podman[@]}" stop --time 10 watcher-test >/dev/null
took=$(($(date +%s) - began))
code=$("${podman[@]}" inspect watcher-test --format '{{.State.ExitCode}}')
[ "$code" = 0 ] || fail "exit code $code after SIGTERM"
[ "$took" -lt 10 ] || fail "SIGTERM took $took s"
echo "stopped within ${took} s, exit code 0"
"${podman[@]}" images --format 'image: {{.Size}}' --filter reference="$image"
echo "PASSED"
