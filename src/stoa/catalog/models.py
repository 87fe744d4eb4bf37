"""Tables of the catalog."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from stoa.catalog.data import DRAFT, LEVELS, OFFERING_KINDS, PARTNER_KINDS, PUBLISHED, STATUSES


class Partner(models.Model):
    """An educator."""

    slug = models.SlugField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16)
    region = models.CharField(max_length=100, blank=True)
    about = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PARTNER_KINDS), name="catalog_partner_kind_known")
        ]


class Subject(models.Model):
    """A field of study."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    hue = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(hue__lt=360), name="catalog_subject_hue_is_an_angle")
        ]


class Skill(models.Model):
    """Something one can learn."""

    slug = models.SlugField(max_length=100, unique=True, allow_unicode=True)
    name = models.CharField(max_length=120)


class Instructor(models.Model):
    """Somebody who teaches for a partner."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="instructors")
    slug = models.SlugField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    bio = models.TextField(blank=True)


class Course(models.Model):
    """A course as it is offered; its content lives in courseware."""

    source_key = models.CharField(max_length=255, unique=True)
    slug = models.SlugField(max_length=100, unique=True)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="courses")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="courses", null=True)
    title = models.CharField(max_length=300)
    subtitle = models.CharField(max_length=500, blank=True)
    description_html = models.TextField(blank=True)
    outcomes = ArrayField(models.TextField(), default=list)
    level = models.CharField(max_length=16)
    language = models.CharField(max_length=12)
    hours = models.DecimalField(max_digits=6, decimal_places=1)
    status = models.CharField(max_length=16, default=DRAFT)
    published_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    saved_at = models.DateTimeField()
    enrollment_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__in=LEVELS), name="catalog_course_level_known"),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="catalog_course_status_known"),
            models.CheckConstraint(condition=Q(hours__gte=0), name="catalog_course_hours_not_negative"),
            models.CheckConstraint(
                condition=Q(status=DRAFT) | Q(published_at__isnull=False),
                name="catalog_course_public_since_is_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["partner", "-published_at"],
                condition=Q(status=PUBLISHED),
                name="catalog_course_of_partner",
            ),
            models.Index(
                fields=["subject", "-enrollment_count"],
                condition=Q(status=PUBLISHED),
                name="catalog_course_of_subject",
            ),
        ]


class CourseSkill(models.Model):
    """A course teaches a skill; ``position`` keeps the partner's order."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="course_skills")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="course_skills")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "skill"], name="catalog_course_skill_once")]


class CourseInstructor(models.Model):
    """An instructor teaches a course."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="course_instructors")
    instructor = models.ForeignKey(Instructor, on_delete=models.CASCADE, related_name="course_instructors")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "instructor"], name="catalog_course_instructor_once")
        ]


class Offering(models.Model):
    """A sellable right to a course."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="offerings")
    kind = models.CharField(max_length=24)
    access_months = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "kind"], name="catalog_offering_one_of_a_kind"),
            models.CheckConstraint(condition=Q(kind__in=OFFERING_KINDS), name="catalog_offering_kind_known"),
            models.CheckConstraint(condition=Q(access_months__gt=0), name="catalog_offering_gives_access"),
        ]


class Price(models.Model):
    """A price from a day on. It ends where the next begins, so two can never hold on one day."""

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="prices")
    country = models.CharField(max_length=2, blank=True)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    starts_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["offering", "country", "currency", "starts_on"], name="catalog_price_one_a_day"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="catalog_price_positive"),
            models.CheckConstraint(
                condition=Q(currency__regex="^[A-Z]{3}$"), name="catalog_price_currency_code"
            ),
            models.CheckConstraint(
                condition=Q(country__regex="^([A-Z]{2})?$"), name="catalog_price_country_code"
            ),
        ]


class Edition(models.Model):
    """One row whose stamp changes with every change that visitors can see: the key of cached pages."""

    only = models.BooleanField(primary_key=True, default=True, editable=False)
    stamp = models.UUIDField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="catalog_edition_single_row")]
