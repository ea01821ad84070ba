"""Slack's own types of Block Kit, as its TypeScript package has them: whether they take what is sent."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

PACKAGES = ("@slack/types@3.2.0", "typescript@7.0.2")
NEEDED = "needs npm and its registry, for " + " and ".join(PACKAGES)

_HEAD = """\
import type { KnownBlock, MessageMetadata, ModalView } from "@slack/types";
interface Content { text: string; blocks?: KnownBlock[]; }
interface Quiet { unfurl_links?: boolean; unfurl_media?: boolean; }
interface Sent extends Content, Quiet {
  channel: string; blocks: KnownBlock[]; metadata: MessageMetadata;
  ts?: string; thread_ts?: string; reply_broadcast?: boolean;
}
interface Told extends Content, Quiet { channel: string; }
interface Changed extends Content { channel: string; ts: string; blocks: KnownBlock[]; metadata: MessageMetadata; }
interface Whispered extends Content { channel: string; user: string; }
interface Answered extends Content { response_type: "ephemeral" | "in_channel"; replace_original: false; }
interface Opened { trigger_id: string; view: ModalView; }
"""

Payloads = Mapping[str, Sequence[Mapping[str, Any]]]
"""What is sent, by the interface above that it is to fit."""


def installed(folder: Path) -> str | None:
    """Installs both packages into a folder, without running anything of theirs; why that can't be done, or None."""
    npm = shutil.which("npm")
    if npm is None:
        return NEEDED
    (folder / "package.json").write_text("{}", encoding="utf-8")
    command = (npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", *PACKAGES)
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        return f"{NEEDED}: it took too long"
    return f"{NEEDED}: {done.stderr.strip()[:300]}" if done.returncode else None


def faults(folder: Path, sound: Payloads, broken: Payloads) -> str:
    """What `tsc --strict` says of what is to be taken, and of what is not to be; empty if nothing."""
    taken = [f"export const sound{n} = {one};" for n, one in enumerate(_claims(sound))]
    refused = [f"// @ts-expect-error\nexport const broken{n} = {one};" for n, one in enumerate(_claims(broken))]
    (folder / "sent.ts").write_text("\n".join([_HEAD, *taken, *refused]), encoding="utf-8")
    tsc = folder / "node_modules" / ".bin" / "tsc"
    command = (str(tsc), "--strict", "--noEmit", "--module", "nodenext", "--target", "es2022", "sent.ts")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240, check=False)
    return done.stdout + done.stderr if done.returncode else ""


def _claims(payloads: Payloads) -> Iterator[str]:
    for kind, each in payloads.items():
        yield from (f"{json.dumps(one)} satisfies {kind}" for one in each)
