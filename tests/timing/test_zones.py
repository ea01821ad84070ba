"""A moment without a time zone is refused before it is compared or kept."""

from datetime import UTC, datetime

import pytest

from watcher.timing.zones import require_zone


def test_a_moment_without_a_zone_is_refused_whichever_of_several_it_is() -> None:
    here = datetime(2026, 3, 2, 12, tzinfo=UTC)
    require_zone(here, None)
    for moments in ((here.replace(tzinfo=None),), (here, None, here.replace(tzinfo=None))):
        with pytest.raises(ValueError, match="'2026-03-02T12:00:00' says no time zone"):
            require_zone(*moments)
