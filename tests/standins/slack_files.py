"""The files of the local Slack: a place is reserved, the content posted there without the token, the file shared.

https://docs.slack.dev/messaging/working-with-files has the steps; a step can be made to fail in every way of `slack`.
"""

import json
from collections.abc import Callable
from typing import Any

UPLOAD = "upload"
"""The step that is no method of the Web API."""

RESERVE, SHARE = "files.getUploadURLExternal", "files.completeUploadExternal"
STEPS = (RESERVE, UPLOAD, SHARE)
_LONGEST_ALT = 1_000


class SlackFiles:
    """What a Slack knows of files."""

    def __init__(self) -> None:
        self.ways: dict[str, Callable[[Any, dict[str, Any]], None]] = {}
        """What happens to every call of a step, if it is not to be answered properly."""
        self.place: Callable[[str], str] = str
        """Makes the address that is named of the proper one."""
        self.reserved: dict[str, dict[str, Any]] = {}
        """By id: what was announced of each file and, once it was posted, its `content`."""
        self.shared: list[dict[str, Any]] = []
        """The files that can be seen, each with where, as they are shared."""

    def take(
        self, step: str, arguments: dict[str, Any], *, root: str, scopes: str, threads: list[str]
    ) -> dict[str, Any]:
        """Takes a step, or says why not."""
        if step == UPLOAD:
            return self._receive(arguments)
        if "files:write" not in scopes.split(","):
            return {"ok": False, "error": "missing_scope", "needed": "files:write", "provided": scopes}
        return self._reserve(arguments, root) if step == RESERVE else self._share(arguments, threads)

    def _reserve(self, file: dict[str, Any], root: str) -> dict[str, Any]:
        if not file.get("filename") or int(file.get("length", 0)) <= 0:
            return {"ok": False, "error": "missing_argument"}
        if len(file.get("alt_txt", "")) > _LONGEST_ALT:
            return {"ok": False, "error": "alt_txt_too_large"}
        name = f"F{len(self.reserved):09}"
        self.reserved[name] = file
        return {"ok": True, "file_id": name, "upload_url": self.place(f"{root}upload/v1/{name}")}

    def _receive(self, sent: dict[str, Any]) -> dict[str, Any]:
        file = self.reserved.get(sent["id"])
        if sent["authorization"] is not None or file is None or len(sent["content"]) != int(file["length"]):
            return {"ok": False, "error": "not_expected"}
        file["content"] = sent["content"]
        return {"ok": True}

    def _share(self, wanted: dict[str, Any], threads: list[str]) -> dict[str, Any]:
        if wanted.get("thread_ts") not in threads:  # a reply has no thread of its own
            return {"ok": False, "error": "invalid_thread_ts"}
        files = json.loads(wanted["files"])
        if any("content" not in self.reserved.get(file["id"], {}) for file in files):
            return {"ok": False, "error": "file_not_found"}
        where = {"channel": wanted["channel_id"], "thread_ts": wanted["thread_ts"]}
        self.shared += [{**self.reserved[file["id"]], **file, **where} for file in files]
        return {"ok": True, "files": files}
