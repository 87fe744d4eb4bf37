"""The table of source documents."""

from django.db import models
from django.db.models.functions import Now

from stoa.subledger.data import IN_SQL, RECEIPT


class SourceDocument(models.Model):
    """One fact, appended once. Triggers refuse every change; see the migration that makes them."""

    reference = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    entity = models.CharField(max_length=200)
    contract = models.CharField(max_length=200)
    order = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    product = models.CharField(max_length=200)
    course = models.CharField(max_length=200)
    partner = models.CharField(max_length=200)
    customer = models.CharField(max_length=200)
    gateway = models.CharField(max_length=200, db_default="")
    effective_on = models.DateField()
    counts_from = models.DateField()
    ends_on = models.DateField()
    # What policies in SQL read; empty for every other kind, and where a kind has no such fact.
    start_on = models.DateField(null=True)
    end_on = models.DateField(null=True)
    price_minor = models.BigIntegerField(null=True)
    tax_minor = models.BigIntegerField(null=True)
    fee_minor = models.BigIntegerField(null=True)
    credit_minor = models.BigIntegerField(null=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    facts = models.JSONField()

    class Meta:
        indexes = [
            # A receipt's contract is its own reference, which has an index already.
            models.Index(
                fields=["contract"], condition=~models.Q(kind=RECEIPT), name="subledger_document_contract"
            ),
            models.Index(fields=["order"], name="subledger_document_order"),
            models.Index(fields=["entity", "counts_from", "effective_on"], name="subledger_document_period"),
            models.Index(fields=["entity", "ends_on"], name="subledger_document_ends"),
            # The few among the many: kinds that plain Python accounts for.
            models.Index(
                fields=["entity", "counts_from"],
                condition=~models.Q(kind__in=IN_SQL),
                name="subledger_document_few",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(counts_from__day=1), name="subledger_document_counts_from_a_month"
            ),
        ]


class DocumentNumber(models.Model):
    """The number of a document in its series, without gaps. A trigger gives it, in the transaction that files."""

    document = models.OneToOneField(SourceDocument, on_delete=models.PROTECT, related_name="+")
    entity = models.CharField(max_length=200)
    series = models.CharField(max_length=40)
    number = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "series", "number"], name="subledger_document_numbered_once"
            ),
        ]
