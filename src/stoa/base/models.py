"""Tables of the plumbing: the test clock, and what long jobs are doing."""

from django.db import models


class TestClock(models.Model):
    """At most one row: how far this installation's clock runs ahead of (or behind) the real one."""

    only = models.BooleanField(primary_key=True, default=True, editable=False)
    offset = models.DurationField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(only=True), name="base_testclock_single_row")
        ]


class JobProgress(models.Model):
    """The last words of a job, and whether it was asked to stop."""

    job = models.CharField(max_length=100, primary_key=True)
    words = models.CharField(max_length=500, blank=True)
    asked_by = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failed = models.BooleanField(default=False)
    is_stopping = models.BooleanField(default=False)
