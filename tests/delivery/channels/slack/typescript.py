"""Slack's own types of Block Kit, as its TypeScript package has them: whether they take what is sent."""

import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

PACKAGES = ("@slack/types@3.2.0", "typescript@7.0.2")
NEEDED = "needs npm and its registry, for " + " and ".join(PACKAGES)

_HEAD = """\
import type { KnownBlock, MessageMetadata } from "@slack/types";
interface Sent {
  channel: string; text: string; blocks: KnownBlock[]; metadata: MessageMetadata;
  unfurl_links?: boolean; unfurl_media?: boolean; ts?: string; thread_ts?: string; reply_broadcast?: boolean;
}
"""


def installed(folder: Path) -> str | None:
    """Installs both packages into a folder, without running anything of theirs; why that can't be done, or None."""
    npm = shutil.which("npm")
    if npm is None:
        return NEEDED
    (folder / "package.json").write_text("{}", encoding="utf-8")
    command = (npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", *PACKAGES)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240, check=False)
    return f"{NEEDED}: {done.stderr.strip()[:300]}" if done.returncode else None


def faults(folder: Path, sound: Iterable[Mapping[str, Any]], broken: Iterable[Mapping[str, Any]]) -> str:
    """What `tsc --strict` says of messages that are to be taken, and of those that are not to be; empty if nothing."""
    taken = [f"export const sound{n} = {json.dumps(one)} satisfies Sent;" for n, one in enumerate(sound)]
    refused = [
        f"// @ts-expect-error\nexport const broken{n} = {json.dumps(one)} satisfies Sent;"
        for n, one in enumerate(broken)
    ]
    (folder / "sent.ts").write_text("\n".join([_HEAD, *taken, *refused]), encoding="utf-8")
    tsc = folder / "node_modules" / ".bin" / "tsc"
    command = (str(tsc), "--strict", "--noEmit", "--module", "nodenext", "--target", "es2022", "sent.ts")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240, check=False)
    return done.stdout + done.stderr if done.returncode else ""
