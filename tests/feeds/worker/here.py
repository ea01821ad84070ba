"""A worker without a process of its own, for tests of what is read and not of where it is read."""

from typing import Any

import orjson

from watcher.feeds.worker import child
from watcher.feeds.worker.task import Limits, Task
from watcher.feeds.worker.worker import Worker, answer_of


class WorkerHere(Worker):
    """Answers as the process would, byte for byte, but for its limits; starting one costs a quarter of a second."""

    async def _answer(self, task: Task[Any, Any], limits: Limits, pieces: tuple[bytes, ...]) -> dict[str, Any]:
        request, content = pieces
        return answer_of(child._answer(orjson.loads(request), content))
