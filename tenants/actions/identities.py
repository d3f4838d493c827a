"""Corrections of birth dates. The old date is inaccurate data, and is erased."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from access.constraints import all_or_nothing
from access.models import Person
from access.reach import today
from audit import events
from audit.record import NOWHERE, Context, record
from tenants.models import Account, Identity, Tenant

OLDEST = date(1900, 1, 1)


@sensitive_variables("birth_date", "stored")
@all_or_nothing()
def correct_birth_date(
    *, by: Person, account: Account, tenant: Tenant, birth_date: date, version: str, context: Context = NOWHERE
) -> Identity:
    """Replace the birth date of a tenant, or record it if it is unknown.

    `version` is `Identity.version` when the form was shown, or "" for an unknown date. Raises ValidationError if the
    stored date has changed since.
    """
    if not OLDEST <= birth_date <= today():
        sentence = _(
            "Cette date de naissance n’est pas possible : elle doit être entre le 1er janvier 1900 et aujourd’hui."
        )
        raise ValidationError({"birth_date": sentence})
    rows = Identity._default_manager.filter(tenant=tenant)
    stored: Identity | None = rows.select_for_update(of=("self",)).first()
    if version != (stored.version if stored else ""):
        raise ValidationError(
            _("Cette date a changé depuis l’ouverture de cette page : vérifiez-la, puis enregistrez de nouveau."),
            code="changed",
        )
    if stored and stored.birth_date == birth_date:
        raise ValidationError(_("C’est déjà la date enregistrée : rien n’a été changé."), code="unchanged")
    identity = Identity(tenant=tenant, birth_date=birth_date)
    identity.save(force_update=True) if stored else identity.save(force_insert=True)
    about, place = identity.subject(), account.building_id
    record(events.BIRTH_DATE_CORRECTED, by=by, about=about, place=place, context=context)
    return identity
