"""People who sign in, and machine clients. Nobody is a superuser: all permissions come from assignments."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import connection, models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_lazy as auth_words  # auth_words() marks texts that Django has translated.

from access.compartments import Compartment
from access.models.place import OVERSEEING, Place, below
from access.reach import paths_held
from access.scope import ScopedQuerySet
from privacy.classes import DataClass
from privacy.processing_activities import SIGN_IN
from privacy.retention import DataPolicy
from privacy.retention_periods import EMPLOYMENT


class PersonQuerySet(ScopedQuerySet):
    def visible_to(self, person: "Person", compartment: Compartment) -> Self:
        """Return the people whom `person` may see on pages about this compartment (kind of data).

        On pages about assignments, these are `person`, the staff of places that `person` oversees, and the staff of the
        places above those. On other pages these are all people, because such pages show only names.
        """
        if compartment is not Compartment.ASSIGNMENTS:
            return self
        paths = paths_held(person.pk, OVERSEEING)
        above = {step for path in paths for step in path.strip("/").split("/")}
        return self.filter(models.Q(pk=person.pk) | below(paths, "employed_at__") | models.Q(employed_at__in=above))


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]  # a dynamic class
    def get_by_natural_key(self, username: str | None) -> "Person":
        person: Person = self.get(email__iexact=username)
        return person

    def create_user(self, email: str, name: str, password: str | None = None, **fields: Any) -> "Person":
        """Create a person. Without `password`, the person cannot sign in with a password.

        The person is saved through the database alias of this manager, as set by `objects.db_manager(alias)`.
        """
        person: Person = self.model(email=email.strip().lower(), name=name, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


@contextmanager
def passwords_left_out() -> Iterator[None]:
    """Run a block in which queries for people return "" instead of the password hash.

    The `@door` decorator runs views in such a block, because their database roles may not read the password column.
    """
    connection.leaves_passwords_out = True  # type: ignore[attr-defined]
    try:
        yield
    finally:
        connection.leaves_passwords_out = False  # type: ignore[attr-defined]


class PasswordField(models.CharField):
    """Field with the password hash. Where the database role may not read the column, queries return "" instead.

    This concerns views with the `@door` decorator, and nightly jobs.
    """

    READERS = ("default", "owner")

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        connection = compiler.connection
        reads = connection.alias in self.READERS and not getattr(connection, "leaves_passwords_out", False)
        return (sql, params) if reads else ("''", [])

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs  # In migrations, the field is a plain CharField.


class Person(AbstractBaseUser, PermissionsMixin):
    """Employee or machine client. Managers of the place `employed_at`, or of a place above it, manage the person."""

    privacy = {
        "id": DataClass.PLAIN,
        "email": DataClass.PERSONAL,
        "name": DataClass.PERSONAL,
        "employed_at": DataClass.PLAIN,
        "is_active": DataClass.PLAIN,
        "is_machine": DataClass.PLAIN,
        "password": DataClass.SECRET,
        "last_login": DataClass.PERSONAL,
        "joined_at": DataClass.PLAIN,
        "groups": DataClass.PLAIN,
        "user_permissions": DataClass.PLAIN,
    }
    data_policy = DataPolicy(SIGN_IN, EMPLOYMENT)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    password = PasswordField(auth_words("password"), max_length=128)
    email = models.EmailField(_("adresse électronique professionnelle"), max_length=254)
    name = models.CharField(_("nom affiché"), max_length=120)
    employed_at = models.ForeignKey(Place, models.PROTECT, verbose_name=_("rattachement"), related_name="staff")
    is_active = models.BooleanField(_("peut se connecter"), default=True)
    # A machine client (`is_machine`) authenticates with a token, never signs in, and has a single assignment.
    is_machine = models.BooleanField(default=False, db_default=False, editable=False)
    joined_at = models.DateTimeField(auto_now_add=True)
    # Django and guardian read `is_superuser` and `is_staff`, which are always False: Loge has no superusers.
    is_superuser = property(lambda self: False)
    is_staff = property(lambda self: False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = PersonManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="person_email_once",
                violation_error_message=_("Une personne se connecte déjà avec cette adresse."),
            )
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"

    def get_full_name(self) -> str:
        return self.name

    def subject(self) -> None:
        """Return None, so that the audit log does not list each person shown: these people are staff, not residents.

        The audit event of a page about one person still contains the id of that person.
        """
