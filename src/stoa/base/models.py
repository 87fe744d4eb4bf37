"""Tables of the plumbing: the test clock."""

from django.db import models


class TestClock(models.Model):
    """At most one row: how far this installation's clock runs ahead of (or behind) the real one."""

    only = models.BooleanField(primary_key=True, default=True, editable=False)
    offset = models.DurationField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(only=True), name="base_testclock_single_row")
        ]
