"""A tenant's name as a form corrects it, with the reason of the correction and its checks."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.models import Tenant

FIELDS = ("title", "last_name", "first_name")


class Reason(models.TextChoices):
    SLIP = "slip", gettext_lazy("Erreur de saisie : l’ancien nom est effacé")
    CIVIL_STATUS = "civil_status", gettext_lazy("Changement d’état civil : l’ancien nom est conservé")


class Document(models.TextChoices):
    """The kind of document that proves a change of civil status.

    No value tells whether the person married, divorced, or changed their first name or sex.
    """

    RECORD = "record", gettext_lazy("acte d’état civil ou livret de famille")
    DECISION = "decision", gettext_lazy("décision de justice ou de l’officier de l’état civil")
    PHOTO = "photo", gettext_lazy("pièce d’identité à jour")


@dataclass(frozen=True)
class Name:
    title: str
    last_name: str
    first_name: str = ""


@dataclass(frozen=True)
class CivilStatusChange:
    """A change of civil status that the tenant has proved: the first day of the new name, and the document shown."""

    effective_on: date
    document: str


def lock_name(tenant: Tenant, version: str) -> Tenant:
    """Lock the row of the tenant and return it. Raises ValidationError if its name is not the one that was shown."""
    stored: Tenant | None = Tenant._default_manager.select_for_update(of=("self",)).filter(pk=tenant.pk).first()
    if stored is None or stored.name_version != version:
        raise ValidationError(
            _("Ce nom a changé depuis l’ouverture de cette page : vérifiez-le, puis enregistrez de nouveau."),
            code="changed",
        )
    return stored


def check_effective_day(effective_on: date, today: date) -> None:
    if effective_on > today:
        raise ValidationError(
            {
                "effective_on": _(
                    "Cette date d’effet est dans le futur : enregistrez le nouveau nom à partir de ce jour."
                )
            }
        )
