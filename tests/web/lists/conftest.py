"""One service over the stage for all lists."""

from collections.abc import Iterator

import httpx
import pytest

from tests.web.serving import Served, pages


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The pages over the stage."""
    with pages(tmp_path_factory.mktemp("pages")) as there:
        yield there


@pytest.fixture(scope="package")
def client(served: Served) -> Iterator[httpx.Client]:
    """Whoever looks at them; the first look at a thing takes longer than the others."""
    with httpx.Client(base_url=served.url, timeout=60) as there:
        yield there
