"""Tables of people."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from stoa.people.data import ROLES


class UserManager(BaseUserManager["User"]):
    """Creates accounts keyed by e-mail address (the form Django and allauth expect)."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """An account. Superuser and permission columns serve Django alone; Stoa asks ``RoleAssignment``."""

    email = models.EmailField()
    display_name = models.CharField(max_length=120)
    legal_name = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)
    locale = models.CharField(max_length=10, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="people_user_one_account_per_email")]

    def __str__(self) -> str:
        return self.display_name or self.email


class RoleAssignment(models.Model):
    """A person holds a role over the whole installation."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_assignments")
    role = models.CharField(max_length=32)
    granted_at = models.DateTimeField()
    granted_by = models.CharField(max_length=200, blank=True, db_default="")
    last_used_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="people_role_held_once"),
            models.CheckConstraint(condition=models.Q(role__in=ROLES), name="people_role_known"),
        ]


class RoleChange(models.Model):
    """A role was granted or taken away: appended, never changed."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=32)
    is_grant = models.BooleanField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200, blank=True)


class ApiCredential(models.Model):
    """A secret with which a program acts as a person. Only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200, blank=True)
    expires_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="people_credential_named_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="people_credential_has_a_name"),
        ]
