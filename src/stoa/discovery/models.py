"""Tables of discovery; all of it can be derived again."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class Document(models.Model):
    """What search knows of a published course."""

    course = models.OneToOneField(
        "catalog.Course", on_delete=models.CASCADE, primary_key=True, related_name="+", db_index=False
    )
    title = models.CharField(max_length=300)
    subject_slug = models.CharField(max_length=60)
    subject_name = models.CharField(max_length=100)
    partner_slug = models.CharField(max_length=100)
    partner_name = models.CharField(max_length=200)
    level = models.CharField(max_length=16)
    language = models.CharField(max_length=12)
    duration = models.CharField(max_length=8)
    hours = models.DecimalField(max_digits=6, decimal_places=1)
    is_free = models.BooleanField()
    skill_slugs = ArrayField(models.TextField())
    skill_names = ArrayField(models.TextField())
    enrollment_count = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    body = models.TextField(blank=True)
    words = ArrayField(models.TextField())
    vector = SearchVectorField()

    class Meta:
        indexes = [
            GinIndex(fields=["vector"], name="discovery_document_vector"),
            models.Index(fields=["-enrollment_count", "-published_at"], name="discovery_document_popular"),
        ]


class Word(models.Model):
    """A word of the vocabulary with its trigrams and the number of documents that use it."""

    word = models.CharField(max_length=40, primary_key=True)
    documents = models.IntegerField()
    trigrams = ArrayField(models.TextField())

    class Meta:
        indexes = [GinIndex(fields=["trigrams"], name="discovery_word_trigrams")]
