"""What is wrong with a list of homes."""

from collections.abc import Sequence

from watcher.errors import PermanentError


class ListRefusedError(PermanentError):
    """A list of homes that is not understood for certain: nothing of it is taken. `faults` has a sentence for each."""

    def __init__(self, *faults: str) -> None:
        self.faults: Sequence[str] = faults
        super().__init__("\n".join(faults))
