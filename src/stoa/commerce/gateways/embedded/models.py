"""Tables of the embedded gateway; no foreign key leads out of it or in."""

from django.db import models
from django.db.models import F, Q


class Intent(models.Model):
    """A payment. ``settles_at``: when the bank's answer to the latest card falls due."""

    reference = models.CharField(max_length=40, primary_key=True)
    order_reference = models.CharField(max_length=80)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=20, default="requires_card")
    attempt = models.PositiveIntegerField(default=0)
    card_brand = models.CharField(max_length=20, blank=True)
    card_last4 = models.CharField(max_length=4, blank=True)
    failure_code = models.CharField(max_length=40, blank=True)
    failure_message = models.CharField(max_length=300, blank=True)
    settles_at = models.DateTimeField(null=True)
    will_fail = models.BooleanField(default=False)
    fee_minor = models.BigIntegerField(null=True)
    refunded_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="embedded_intent_charges_something"),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("amount_minor")),
                name="embedded_refunds_within_charge",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["requires_card", "processing", "succeeded", "canceled"]),
                name="embedded_intent_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status="succeeded", fee_minor__isnull=False)
                | (~Q(status="succeeded") & Q(fee_minor__isnull=True, refunded_minor=0)),
                name="embedded_success_has_its_fee",
            ),
        ]
        indexes = [
            models.Index(
                fields=["settles_at"], condition=Q(status="processing"), name="embedded_intents_to_settle"
            )
        ]


class IntentRefund(models.Model):
    """Money sent back."""

    reference = models.CharField(max_length=40, primary_key=True)
    intent = models.ForeignKey(Intent, on_delete=models.PROTECT, related_name="+")
    refund_reference = models.CharField(max_length=80)
    amount_minor = models.BigIntegerField()
    created_at = models.DateTimeField()


class AnsweredRequest(models.Model):
    """What was answered under an idempotency key; ``digest`` tells another request under the same key apart."""

    key = models.CharField(max_length=120, primary_key=True)
    digest = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    answered_at = models.DateTimeField()


class OutgoingEvent(models.Model):
    """An event to be told by webhook until the receiver says yes."""

    sequence = models.BigAutoField(primary_key=True)
    event_id = models.CharField(max_length=40, unique=True)
    payload = models.TextField()
    available_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["available_at"],
                condition=Q(delivered_at__isnull=True),
                name="embedded_events_to_deliver",
            )
        ]
