"""The clock of the learner pages' tests."""

import pytest
from django.core.cache import cache

from stoa.base import clock
from tests.web.studying import NOW


@pytest.fixture
def in_july() -> None:
    """The day after studying began, with nothing cached."""
    clock.set_test_clock(to=NOW)
    cache.clear()
