"""What the tests of actions share."""

from tests.delivery.conftest import _no_proxy, slack

__all__ = ["_no_proxy", "slack"]  # fixtures
