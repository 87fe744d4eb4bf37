"""Tables of access."""

from django.db import models
from django.db.models import F, Q

from stoa.access.data import KINDS


class Entitlement(models.Model):
    """A right, written once; the pair of revocation columns is filled at most once."""

    learner = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    course = models.ForeignKey("catalog.Course", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16)
    source_reference = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source_reference"], name="access_one_right_per_source"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="access_kind_known"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="access_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoke_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revoke_reason="")),
                name="access_revocation_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["learner", "course"], name="access_of_learner")]
