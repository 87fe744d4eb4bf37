"""Tables of commerce."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower

from stoa.kernel.identifiers import new_id


class TaxRate(models.Model):
    """What a country adds to a sale from a day on; the empty country is everywhere else."""

    country = models.CharField(max_length=2, blank=True)
    label = models.CharField(max_length=60)
    rate = models.DecimalField(max_digits=7, decimal_places=6)
    is_inclusive = models.BooleanField()
    starts_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["country", "starts_on"], name="commerce_one_tax_rate_a_day"),
            models.CheckConstraint(condition=Q(rate__gte=0, rate__lt=1), name="commerce_tax_rate_is_a_share"),
        ]


def _only(column: str) -> Func:
    # A range of one number: range types have a GiST class of their own, so no extension is needed.
    return Func(F(column), F(column), Value("[]"), function="int8range")


class Order(models.Model):
    """A learner's agreement to a quote. Columns after ``placed_at`` are facts filled in once, in pairs."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=20)
    learner = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    offering = models.ForeignKey("catalog.Offering", on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey("catalog.Course", on_delete=models.PROTECT, related_name="+")
    idempotency_key = models.CharField(max_length=80)
    currency = models.CharField(max_length=3)
    price_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    tax_country = models.CharField(max_length=2, blank=True)
    tax_label = models.CharField(max_length=60)
    tax_rate = models.DecimalField(max_digits=7, decimal_places=6)
    tax_is_inclusive = models.BooleanField()
    access_months = models.PositiveSmallIntegerField()
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    access_from = models.DateTimeField(null=True)
    access_until = models.DateTimeField(null=True)
    refund_until = models.DateTimeField(null=True)
    refund_asked_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="commerce_order_number_used_once"),
            models.CheckConstraint(
                condition=Q(total_minor=F("price_minor") + F("tax_minor")), name="commerce_order_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(price_minor__gte=0, tax_minor__gte=0, total_minor__gt=0),
                name="commerce_order_charges_something",
            ),
            models.CheckConstraint(
                condition=Q(
                    paid_at__isnull=True,
                    access_from__isnull=True,
                    access_until__isnull=True,
                    refund_until__isnull=True,
                    refund_asked_at__isnull=True,
                )
                | Q(
                    paid_at__isnull=False,
                    access_from__isnull=False,
                    # A comparison with nothing is not false, so nothing must be ruled out by itself.
                    access_until__isnull=False,
                    access_until__gt=F("access_from"),
                    refund_until__isnull=False,
                    refund_until__gte=F("paid_at"),
                    closed_at__isnull=True,
                ),
                name="commerce_paid_order_has_its_promises",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, close_reason="")
                | (Q(closed_at__isnull=False) & ~Q(close_reason="")),
                name="commerce_closed_order_says_why",
            ),
            ExclusionConstraint(
                name="commerce_one_live_order_while_access_runs",
                expressions=[
                    (_only("learner_id"), RangeOperators.OVERLAPS),
                    (_only("offering_id"), RangeOperators.OVERLAPS),
                    (
                        Func(
                            F("placed_at"),
                            F("access_until"),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(closed_at__isnull=True, refund_asked_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["learner", "-placed_at"], name="commerce_orders_of_learner"),
            models.Index(fields=["-placed_at"], name="commerce_newest_orders"),
            models.Index(Lower("number"), name="commerce_order_by_number"),
        ]


class OrderNumber(models.Model):
    """Hands out readable order numbers; they may have gaps."""

    id = models.BigAutoField(primary_key=True)


class Payment(models.Model):
    """The one charge of an order. The gateway numbers its attempts; an event of an older one changes nothing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="payment")
    gateway = models.CharField(max_length=20)
    gateway_reference = models.CharField(max_length=80)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField()
    attempt = models.PositiveIntegerField(default=0)
    processing_attempt = models.PositiveIntegerField(default=0)
    failed_attempt = models.PositiveIntegerField(default=0)
    failure_code = models.CharField(max_length=40, blank=True)
    failure_message = models.CharField(max_length=300, blank=True)
    card_brand = models.CharField(max_length=20, blank=True)
    card_last4 = models.CharField(max_length=4, blank=True)
    succeeded_at = models.DateTimeField(null=True)
    processing_fee_minor = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "gateway_reference"], name="commerce_gateway_payment_known_once"
            ),
            models.CheckConstraint(
                condition=Q(succeeded_at__isnull=True, processing_fee_minor__isnull=True)
                | Q(
                    succeeded_at__isnull=False,
                    processing_fee_minor__isnull=False,
                    processing_fee_minor__gte=0,
                ),
                name="commerce_payment_knows_its_fee",
            ),
        ]


class Refund(models.Model):
    """All of an order's money going back; one an order."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="refund")
    price_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    asked_at = models.DateTimeField()
    gateway_reference = models.CharField(max_length=80, blank=True)
    succeeded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(succeeded_at__isnull=True) | ~Q(gateway_reference=""),
                name="commerce_refund_done_at_a_gateway",
            )
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=Q(succeeded_at__isnull=True),
                name="commerce_refunds_on_their_way",
            )
        ]


class ReceiptSeries(models.Model):
    """The last number of a year's receipts; its row is the lock that keeps numbers free of gaps."""

    name = models.CharField(max_length=10, primary_key=True)
    last_serial = models.PositiveIntegerField(default=0)


class Receipt(models.Model):
    """The number of a paid order's receipt."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="receipt", primary_key=True)
    series = models.CharField(max_length=10)
    serial = models.PositiveIntegerField()
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "serial"], name="commerce_receipt_number_used_once"),
            models.CheckConstraint(condition=Q(serial__gte=1), name="commerce_receipts_start_at_one"),
        ]


class GatewayEvent(models.Model):
    """What a gateway told us, as it came. ``applied_at`` stays empty while it waits for another event."""

    gateway = models.CharField(max_length=20)
    event_id = models.CharField(max_length=80)
    type = models.CharField(max_length=40)
    payment_reference = models.CharField(max_length=80)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+", null=True)
    refund_reference = models.CharField(max_length=80, blank=True)
    payload = models.JSONField()
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "event_id"], name="commerce_gateway_event_told_once"),
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | ~Q(outcome=""), name="commerce_applied_event_says_how"
            ),
        ]
        indexes = [models.Index(fields=["payment_reference"], name="commerce_events_of_payment")]
