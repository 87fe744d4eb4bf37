"""Tables of credentials."""

from django.db import models
from django.db.models import Q


class Credential(models.Model):
    """A certificate as issued: names are copied, so that later changes elsewhere do not rewrite it."""

    learner = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    course = models.ForeignKey("catalog.Course", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    holder_name = models.CharField(max_length=200)
    course_title = models.CharField(max_length=300)
    partner_name = models.CharField(max_length=300)
    assessment = models.JSONField()
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "course"], name="credentials_issued_once"),
            models.UniqueConstraint(fields=["code"], name="credentials_code_used_once"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoke_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revoke_reason="")),
                name="credentials_revocation_has_a_reason",
            ),
        ]


class CredentialEvent(models.Model):
    """What happened to a credential, appended once."""

    class Kind(models.TextChoices):
        ISSUED = "issued"
        REVOKED = "revoked"
        REINSTATED = "reinstated"

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    reason = models.CharField(max_length=300, blank=True)
    happened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["issued", "revoked", "reinstated"]), name="credentials_event_kind_known"
            )
        ]
