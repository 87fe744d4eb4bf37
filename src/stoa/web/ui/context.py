"""What every page may show without asking: the demo clock's mark."""

from django.http import HttpRequest

from stoa.base import clock


def page(request: HttpRequest) -> dict[str, object]:
    """Template variables of every page."""
    return {"test_clock": clock.is_test_clock()}
