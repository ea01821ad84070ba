"""What the tests of bots share with those of a service."""

from tests.service.test_full_disk import small_disk

__all__ = ["small_disk"]
