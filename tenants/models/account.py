"""The rental account: one for each lease, known by an opaque reference. Its balance is computed, not stored."""

import re
import secrets
import uuid
from datetime import date, timedelta
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import F, Func, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.guard.purpose import Ask
from access.models import Person
from access.permissions import Permission
from access.scope import ScopedQuerySet, within
from audit.purposes import Purpose
from audit.record import Subject
from buildings.models import Building
from privacy.classes import DataClass
from privacy.processing_activities import ACCOUNTS
from privacy.retention import DataPolicy
from privacy.retention_periods import UNTIL_SETTLED
from tenants.account_queue import led_by
from tenants.models.hidden import lease_not_hidden
from tenants.models.lease import Lease

# Without 0, O, 1, I, L and U, which are easily confused on the telephone. 12 of these 30 letters are 58 bits of
# entropy, so a reference cannot be guessed.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
PLACED_BY = ("lease__main_unit", "building__place")
AHEAD = timedelta(days=31)  # how far ahead an entry may take effect


def new_reference() -> str:
    """Return a random reference such as "K7QX-9M2D-4RTB"."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return f"{signs[:4]}-{signs[4:8]}-{signs[8:]}"


class OneOf(Func):
    """`a = ANY (ARRAY (query))`, which runs the query only once, first.

    IN becomes a join. The planner cannot estimate how many rows the policies leave, and may then scan the whole result
    again for each account of an agency.
    """

    arg_joiner, template = " = ANY ", "%(expressions)s"
    output_field = models.BooleanField()
    conditional = True


class Answers(Subquery):
    template = "(ARRAY (%(subquery)s))"


class AccountQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Accounts in the person's reach. Settled accounts are visible only in the BOOKS compartment, which reads their
        entries."""
        rows = self.filter(within("building", person, compartment), lease_not_hidden(compartment))
        return rows if compartment is Compartment.BOOKS else rows.filter(settled_on__isnull=True)

    def with_balance(self) -> Self:
        """Annotate `balance_cents`: the sum of the entries. Above zero, the tenant owes it."""
        from tenants.models.entry import Entry

        sums = Entry._default_manager.filter(account=OuterRef("pk")).order_by().values("account")
        total = Subquery(
            sums.annotate(total=Sum("amount_cents")).values("total"), output_field=models.BigIntegerField()
        )
        return self.annotate(balance_cents=Coalesce(total, Value(0), output_field=models.BigIntegerField()))

    def owing(self) -> Self:
        return self.filter(OneOf(F("pk"), Answers(_balances().filter(total__gt=0).values("account"))))

    def in_credit(self) -> Self:
        return self.filter(OneOf(F("pk"), Answers(_balances().filter(total__lt=0).values("account"))))

    def by_door(self) -> Self:
        """Order by building, staircase, floor and door."""
        unit = "lease__main_unit__"
        floor = F(f"{unit}floor").asc(nulls_last=True)
        return self.order_by("building__place__name", f"{unit}staircase", floor, f"{unit}door", "reference")

    def with_place(self) -> Self:
        return self.select_related(*PLACED_BY)

    def former(self, day: date) -> Self:
        """Accounts whose lease has ended and that are not settled yet."""
        return self.filter(lease__ends_on__lt=day, settled_on__isnull=True)


def _balances() -> Any:
    """Accounts that have entries, with their `total`. The entries are summed only once, whatever filter follows."""
    from tenants.models.entry import Entry

    return Entry._default_manager.order_by().values("account").annotate(total=Sum("amount_cents"))


# The purposes for which birth dates and bank details may be opened.
_NEEDS_IDENTITY = (Purpose.TENANT_ASKED, Purpose.PAYMENT, Purpose.MOVING, Purpose.LEASE, Purpose.CORRESPONDENCE)


class Account(models.Model):
    ASK = Ask("account_purpose", led_by, only={Permission.IDENTITY_VIEW: _NEEDS_IDENTITY})
    REFERENCE = re.compile(rf"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{2}}")
    balance_cents: int  # only on rows from with_balance()
    late_cents: int  # only where set from tenants/arrears.py

    privacy = {
        "id": DataClass.PLAIN,
        "lease": DataClass.PERSONAL,
        "building": DataClass.PLAIN,
        "reference": DataClass.PERSONAL,
        "opened_on": DataClass.PERSONAL,
        "settled_on": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(ACCOUNTS, UNTIL_SETTLED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lease = models.OneToOneField(Lease, models.PROTECT, related_name="account", db_constraint=False)
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="accounts", db_index=False, editable=False, db_constraint=False
    )
    reference = models.CharField(_("référence"), max_length=14, default=new_reference, editable=False)
    opened_on = models.DateField(_("ouvert le"))
    settled_on = models.DateField(_("soldé le"), null=True, blank=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["reference"],
                name="account_reference_once",
                violation_error_message=_("Cette référence est déjà celle d’un autre compte."),
            ),
            models.UniqueConstraint(
                fields=["id", "building"],
                name="account_in_one_building",
                violation_error_message=_("Un compte ne peut être que dans un seul bâtiment."),
            ),
            models.CheckConstraint(
                condition=Q(settled_on__isnull=True) | Q(settled_on__gte=F("opened_on")),
                name="account_settled_after_it_opened",
                violation_error_message=_("La date de solde doit être postérieure à l’ouverture du compte."),
            ),
        ]
        indexes = [models.Index(fields=["building", "settled_on"], name="account_building")]

    def __str__(self) -> str:
        return f"account {self.pk}"

    def subject(self) -> Subject:
        return Subject("account", self.pk)

    def check_day(self, effective_on: date, today: date) -> None:
        """Check that an entry may take effect on this day. Raises ValidationError."""
        if effective_on < self.opened_on:
            sentence = _("Le compte est ouvert depuis le %(day)s : choisissez une date d’effet postérieure.")
            raise ValidationError(
                {"effective_on": ValidationError(sentence, "early", {"day": f"{self.opened_on:%d/%m/%Y}"})}
            )
        if effective_on > today + AHEAD:
            sentence = _("La date d’effet doit être au plus tard le %(day)s, dans 31 jours.")
            raise ValidationError(
                {"effective_on": ValidationError(sentence, "late", {"day": f"{today + AHEAD:%d/%m/%Y}"})}
            )

    def has_write_offs(self) -> bool:
        """Whether there may be requests of write-offs to show. Most accounts have none, and a queryset is slower."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM tenants_writeoff WHERE account_id = %s)", [self.pk])
            return bool(cursor.fetchone()[0])

    def check_received(self, received: date, today: date) -> None:
        """Check the day of a payment. Raises ValidationError.

        The day must not be in the future: with a mistyped month, the payment would not count yet, and the tenant would
        be asked for the sum again.
        """
        if received > today:
            sentence = _("Ce jour est dans le futur : enregistrez un paiement après sa réception.")
            raise ValidationError({"effective_on": ValidationError(sentence, "to_come")})
        self.check_day(received, today)

    def may_settle(self, balance_cents: int, today: date) -> bool:
        """Whether the account can be settled. The database checks the same conditions again."""
        ends_on = self.lease.ends_on
        return self.settled_on is None and balance_cents == 0 and ends_on is not None and ends_on < today
