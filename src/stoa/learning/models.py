"""Tables of learning."""

from django.db import models
from django.db.models import F, Q


class Enrollment(models.Model):
    """A learner in a course, pinned to the version she began with. The last block is her standing."""

    learner = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    course = models.ForeignKey("catalog.Course", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(
        "courseware.CourseVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    seed = models.PositiveIntegerField()
    enrolled_at = models.DateTimeField()
    studied_at = models.DateTimeField()
    last_unit_key = models.CharField(max_length=255, blank=True)
    done = models.PositiveIntegerField(default=0)
    required = models.PositiveIntegerField(default=0)
    grade = models.DecimalField(max_digits=5, decimal_places=4, default=0)
    passed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "course"], name="learning_enrolled_once"),
            models.CheckConstraint(
                condition=Q(done__lte=F("required")), name="learning_never_over_a_hundred_percent"
            ),
            models.CheckConstraint(
                condition=Q(grade__gte=0) & Q(grade__lte=1), name="learning_grade_is_a_share"
            ),
        ]


class UnitCompletion(models.Model):
    """A unit that its learner marked as done, or went on from."""

    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, related_name="completions", db_index=False
    )
    unit_key = models.CharField(max_length=255)
    completed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "unit_key"], name="learning_unit_completed_once")
        ]


class ProblemRecord(models.Model):
    """Where a learner stands with one problem: saved answers, attempts, best points, the last result.

    ``saved`` maps input to answer and grows by merging, so two devices never lose each other's answers.
    """

    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, related_name="problems", db_index=False
    )
    problem_key = models.CharField(max_length=255)
    saved = models.JSONField(default=dict)
    saved_at = models.DateTimeField(null=True)
    hints_shown = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    earned = models.DecimalField(max_digits=9, decimal_places=4, default=0)
    possible = models.DecimalField(max_digits=9, decimal_places=4, default=0)
    submitted_at = models.DateTimeField(null=True)
    submitted = models.JSONField(default=dict)
    result = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "problem_key"], name="learning_one_record_per_problem"
            ),
            models.CheckConstraint(
                condition=Q(earned__gte=0) & Q(earned__lte=F("possible")),
                name="learning_points_within_possible",
            ),
            models.CheckConstraint(
                condition=Q(attempts=0, submitted_at__isnull=True)
                | Q(attempts__gt=0, submitted_at__isnull=False),
                name="learning_attempts_have_an_instant",
            ),
        ]


class Submission(models.Model):
    """One graded attempt, appended once and never changed (a trigger refuses)."""

    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, related_name="submissions", db_index=False
    )
    version = models.ForeignKey(
        "courseware.CourseVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    problem_key = models.CharField(max_length=255)
    attempt = models.PositiveIntegerField()
    seed = models.PositiveIntegerField()
    answers = models.JSONField()
    result = models.JSONField()
    earned = models.DecimalField(max_digits=9, decimal_places=4)
    possible = models.DecimalField(max_digits=9, decimal_places=4)
    submitted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "problem_key", "attempt"], name="learning_attempt_counted_once"
            ),
            models.CheckConstraint(
                condition=Q(earned__gte=0) & Q(earned__lte=F("possible")),
                name="learning_submission_within_possible",
            ),
        ]
