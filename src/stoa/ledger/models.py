"""Tables of the ledger. What must never happen is refused by the triggers of migration 0002."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Greatest, Now

from stoa.ledger.data import ACCOUNT_TYPES, CLOSED, OPEN, SOFT


class LedgerAccount(models.Model):
    """An account of the chart; the code is its name for good."""

    code = models.CharField(max_length=10, primary_key=True)
    name = models.CharField(max_length=120)
    type = models.CharField(max_length=20)
    normal_side = models.CharField(max_length=6)
    statement_line = models.CharField(max_length=60)
    is_control = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(type__in=ACCOUNT_TYPES), name="ledger_account_type_known"
            ),
            models.CheckConstraint(
                condition=models.Q(normal_side__in=["debit", "credit"]), name="ledger_account_side_known"
            ),
        ]


class FiscalPeriod(models.Model):
    """A month of one entity's books: open, soft closed, locked. Only a ``PeriodReopening`` leads back."""

    entity = models.CharField(max_length=200)
    month = models.DateField()
    status = models.CharField(max_length=10, default=OPEN)
    soft_closed_at = models.DateTimeField(null=True)
    soft_closed_by = models.CharField(max_length=200, blank=True, db_default="")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=200, blank=True)
    seal = models.CharField(max_length=64, blank=True)
    checks = models.JSONField(default=list)
    tie_outs = models.JSONField(default=dict, db_default={})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entity", "month"], name="ledger_period_once"),
            models.CheckConstraint(condition=models.Q(month__day=1), name="ledger_period_is_a_month"),
            models.CheckConstraint(
                condition=models.Q(status=OPEN, closed_at__isnull=True, seal="", soft_closed_at__isnull=True)
                | models.Q(status=SOFT, closed_at__isnull=True, seal="", soft_closed_at__isnull=False)
                | (models.Q(status=CLOSED, closed_at__isnull=False) & ~models.Q(seal="")),
                name="ledger_period_closed_with_seal",
            ),
        ]


class ReopeningRequest(models.Model):
    """A person asks to open a locked month again, as it is sealed now."""

    period = models.ForeignKey(FiscalPeriod, on_delete=models.PROTECT, related_name="+")
    seal = models.CharField(max_length=64)
    reason = models.CharField(max_length=500)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="ledger_reopening_has_a_reason"),
        ]


class PeriodReopening(models.Model):
    """Another person approved: this row opens the month, by trigger, and keeps what it was sealed with."""

    request = models.OneToOneField(ReopeningRequest, on_delete=models.PROTECT, related_name="+")
    period = models.ForeignKey(FiscalPeriod, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()
    seal = models.CharField(max_length=64, db_default="")
    head = models.CharField(max_length=64, db_default="")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=200, db_default="")
    checks = models.JSONField(db_default=[])
    tie_outs = models.JSONField(db_default={})
    permit_count = models.IntegerField(db_default=0)
    transaction_id = models.BigIntegerField(db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "seal"], name="ledger_period_reopened_once_a_seal"),
        ]


class AdjustmentPermit(models.Model):
    """A controller lets one document, by its reference, count in a soft closed month."""

    period = models.ForeignKey(FiscalPeriod, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    allowed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    allowed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference", "period"], name="ledger_adjustment_allowed_once"),
            models.CheckConstraint(
                condition=~models.Q(reason="") & ~models.Q(reference=""),
                name="ledger_adjustment_has_a_reason",
            ),
        ]


class PostingBatch(models.Model):
    """One run of the policies over one period: the seal of its contract-level lines, chained."""

    entity = models.CharField(max_length=200)
    number = models.PositiveIntegerField()
    period = models.ForeignKey(FiscalPeriod, on_delete=models.PROTECT, related_name="+")
    posted_at = models.DateTimeField()
    policies = models.JSONField()
    file_name = models.CharField(max_length=100)
    file_sha256 = models.CharField(max_length=64)
    content_sha256 = models.CharField(max_length=64)
    line_count = models.BigIntegerField()
    document_count = models.BigIntegerField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entity", "number"], name="ledger_batch_numbered_once"),
            models.UniqueConstraint(
                fields=["entity", "previous_hash"], name="ledger_batch_chain_has_no_fork"
            ),
        ]


class JournalEntry(models.Model):
    """A balanced set of lines, posted by a batch into its period. ``transaction_id`` seals it on commit."""

    reference = models.CharField(max_length=100, unique=True)
    batch = models.OneToOneField(PostingBatch, on_delete=models.PROTECT, related_name="+")
    period = models.ForeignKey(FiscalPeriod, on_delete=models.PROTECT, related_name="+")
    entry_on = models.DateField()
    description = models.CharField(max_length=200)
    recorded_at = models.DateTimeField(db_default=Now())
    transaction_id = models.BigIntegerField(default=0)


class JournalLine(models.Model):
    """One account's part of an entry: one signed amount, debit positive."""

    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="+")
    activity = models.CharField(max_length=40)
    currency = models.CharField(max_length=3)
    segment = models.CharField(max_length=40)
    product = models.CharField(max_length=200)
    partner = models.CharField(max_length=200)
    is_late = models.BooleanField()
    belongs_from = models.DateField()
    belongs_until = models.DateField()
    amount_minor = models.BigIntegerField()
    debit_minor = models.GeneratedField(
        expression=Greatest("amount_minor", models.Value(0, output_field=models.BigIntegerField())),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    credit_minor = models.GeneratedField(
        expression=Greatest(
            models.Value(0, output_field=models.BigIntegerField()) - models.F("amount_minor"),
            models.Value(0, output_field=models.BigIntegerField()),
        ),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(amount_minor=0), name="ledger_line_moves_something"),
        ]
