"""What a trial came to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried."""

    what: str
    ok: bool
    detail: str
    is_remark: bool = False
    """Whether it is only worth a look: it works, and is hardly what was meant."""
