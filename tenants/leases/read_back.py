"""Contents of the pages on which a user confirms a change of a lease before the change is saved."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from access.guard.context import AccessContext
from access.pages.read_back import ReadBack
from buildings.models import Building
from formats.folding import folded
from formats.telephone import written_phone
from tenants.actions.households import Newcomer
from tenants.forms.leases import HouseholdForms, LeaseForm, unit_label
from tenants.models import Account, Residence, Tenant
from tenants.models.tenant import Title

NEAR = 92  # days
UNDO = gettext_lazy("Annulation possible jusqu’à minuit depuis la page du bail, si aucun autre acte n’en dépend.")


def signing(access: AccessContext, building: Building, form: LeaseForm, household: HouseholdForms) -> ReadBack:
    values = form.cleaned_data
    units = [values["unit"], *values.get("annexes", [])]
    facts = [
        (_("Immeuble"), building.place.name),
        *((_("Loué"), unit_label(unit, None)) for unit in units),
        *(
            fact
            for rank, newcomer in enumerate(household.signing())
            for fact in _person(newcomer, _("Cotitulaire") if rank else _("Titulaire"))
        ),
        *(fact for newcomer in household.living() for fact in _person(newcomer, _("Occupant"))),
        (_("Signé le"), values["signed_on"] or _("date inconnue")),
        (_("Prend effet le"), values["starts_on"]),
    ]
    warnings = warn_of_same_names([*household.signing(), *household.living()]) + _distant(
        values["starts_on"], access.day
    )
    return ReadBack(_("Nouveau bail"), facts, _("Enregistrer le bail"), warnings, UNDO)


def notice(access: AccessContext, account: Account, values: Mapping[str, Any]) -> ReadBack:
    people = access.rows(Residence).filter(lease=account.lease_id, moved_out=values["ends_on"]).count()
    leaving = ngettext("%(n)s personne", "%(n)s personnes", people) % {"n": people}
    facts = [
        (_("Bail"), account.reference),
        (_("Congé reçu le"), values["notice_on"]),
        (_("Dernier jour du bail"), values["ends_on"]),
        (_("Quittent le logement à cette date"), leaving),
    ]
    return ReadBack(_("Congé"), facts, _("Enregistrer le congé"), _ended(values["ends_on"], access.day), UNDO)


def transfer(access: AccessContext, account: Account, values: Mapping[str, Any]) -> ReadBack:
    facts = [
        (_("Bail"), account.reference),
        (_("Nouveau logement"), f"{values['unit'].building.place.name}, {unit_label(values['unit'], None)}"),
        (_("Premier jour au nouveau logement"), values["first_day"]),
    ]
    warnings = _distant(values["first_day"], access.day)
    return ReadBack(_("Mutation"), facts, _("Enregistrer la mutation"), warnings, UNDO)


def arrival(access: AccessContext, account: Account, who: Tenant | Newcomer, day: date) -> ReadBack:
    label = _("Personne qui arrive")
    arriving = _person(who, label) if isinstance(who, Newcomer) else [(label, who.display_name)]
    facts = [(_("Bail"), account.reference), *arriving, (_("Premier jour"), day)]
    return ReadBack(_("Ajouter un occupant"), facts, _("Enregistrer l’arrivée"), _distant(day, access.day), UNDO)


def departure(access: AccessContext, leaving: Residence) -> ReadBack:
    assert leaving.moved_out is not None  # noqa: S101 (for the type checker)
    facts = [(_("Personnes qui partent"), leaving.tenant.display_name), (_("Dernier jour"), leaving.moved_out)]
    warnings = _ended(leaving.moved_out, access.day)
    return ReadBack(_("Départ"), facts, _("Enregistrer le départ"), warnings, UNDO)


def _person(who: Newcomer, label: str) -> list[tuple[str, Any]]:
    """List all data of a new person for the confirmation page, because no other page shows the person yet."""
    title = str(Title(who.title).label) if who.title else ""
    name = " ".join(filter(None, (title, who.first_name, who.last_name)))
    phone = [(_("Téléphone"), written_phone(who.phone))] if who.phone else []
    return [(label, name), *phone]


def warn_of_same_names(people: Sequence[Newcomer]) -> list[str]:
    """Warn the user if two people have the same names. They may differ, like father and son, so this is no error."""
    names = {folded(f"{person.first_name} {person.last_name}") for person in people}
    if len(names) == len(people):
        return []
    return [_("Deux personnes ont le même nom et le même prénom : vérifiez que personne n’est saisi deux fois.")]


def _ended(day: date, today: date) -> list[str]:
    if day < today:
        return [_("Cette date est passée : le foyer sera considéré comme parti.")]
    return _distant(day, today)


def _distant(day: date, today: date) -> list[str]:
    """Warn the user if a typed date is more than three months from today, because its year is then often wrong."""
    if abs((day - today).days) <= NEAR:
        return []
    return [_("Cette date est à plus de trois mois d’aujourd’hui : vérifiez l’année.")]
