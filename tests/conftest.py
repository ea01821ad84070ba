"""What all tests share."""

import pytest
from hypothesis import settings

settings.register_profile("any machine", deadline=None)  # how long an example takes is for the benchmarks to say
settings.load_profile("any machine")


@pytest.fixture
def anyio_backend() -> str:
    """Tests marked `anyio` run on asyncio, as the service does."""
    return "asyncio"
