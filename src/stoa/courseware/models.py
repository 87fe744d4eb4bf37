"""Tables of courseware. A version and all below it are written once, in one transaction, and never changed."""

from django.db import models
from django.db.models import Q

KINDS = (
    *("course", "module", "lesson", "unit", "group"),
    *("html", "video", "problem", "discussion", "unsupported", "draft"),
)


class CourseVersion(models.Model):
    """One import of a course. ``outline`` and ``grading`` are the rows of the door as JSON, ready to read."""

    course = models.ForeignKey("catalog.Course", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    format = models.CharField(max_length=32)
    source_name = models.CharField(max_length=300)
    imported_at = models.DateTimeField()
    counts = models.JSONField()
    drafts = models.PositiveIntegerField()
    outline = models.JSONField()
    grading = models.JSONField()
    warnings = models.JSONField()
    errors = models.JSONField()
    unsupported_count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="courseware_version_number_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="courseware_version_counts_from_one"),
        ]


class Block(models.Model):
    """One authored block. ``raw`` are its bytes as authored, ``payload`` what its player needs."""

    version = models.ForeignKey(CourseVersion, on_delete=models.CASCADE, related_name="blocks")
    key = models.CharField(max_length=255)
    parent_key = models.CharField(max_length=255, blank=True)
    position = models.PositiveIntegerField()
    unit_key = models.CharField(max_length=255, blank=True)
    tag = models.CharField(max_length=100)
    kind = models.CharField(max_length=16)
    title = models.CharField(max_length=300, blank=True)
    path = models.CharField(max_length=1000, blank=True)
    line = models.PositiveIntegerField()
    reason = models.TextField(blank=True)
    graded = models.BooleanField()
    format = models.CharField(max_length=200, blank=True)
    start_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    payload = models.JSONField()
    words = models.TextField(blank=True)
    raw = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="courseware_block_key_once"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="courseware_block_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind="unsupported") | ~Q(reason=""), name="courseware_block_says_why_not"
            ),
        ]
        indexes = [
            models.Index(
                fields=["version", "unit_key", "position"],
                condition=~Q(unit_key=""),
                name="courseware_block_of_unit",
            ),
        ]


class Asset(models.Model):
    """A file of a version under its path; equal content is stored once, under its digest."""

    version = models.ForeignKey(CourseVersion, on_delete=models.CASCADE, related_name="assets")
    path = models.CharField(max_length=1000)
    mime = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    storage_name = models.CharField(max_length=100)
    is_served = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "is_served", "path"], name="courseware_asset_path_once"
            )
        ]


class SourceFile(models.Model):
    """A file of the course as authored that is no asset: kept byte for byte, shown to nobody."""

    version = models.ForeignKey(CourseVersion, on_delete=models.CASCADE, related_name="source_files")
    path = models.CharField(max_length=1000)
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "path"], name="courseware_source_path_once")
        ]
