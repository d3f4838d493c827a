"""Forms of a lease: signature, notice to quit, arrivals and departures, internal transfer."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.pages.fields import DayField
from buildings.models import Unit
from buildings.models.unit import UnitKind
from formats.folding import folded
from formats.telephone import PhoneField
from privacy.screened import named
from tenants.actions.households import Newcomer
from tenants.models import Tenant
from tenants.models.tenant import LONGEST_NAME_KEY, Title


def floor_text(floor: int) -> str:
    return gettext("rez-de-chaussée") if floor == 0 else gettext("étage %(number)d") % {"number": floor}


def unit_name(unit: Unit) -> str:
    """Describe a unit in a list of options: "escalier A, étage 2, porte 22, T3". Unknown details are left out."""
    known = [
        "" if unit.kind == UnitKind.DWELLING else str(UnitKind(unit.kind).label),
        gettext("escalier %(name)s") % {"name": unit.staircase} if unit.staircase else "",
        floor_text(unit.floor) if unit.floor is not None else "",
        gettext("porte %(door)s") % {"door": unit.door} if unit.door else "",
        unit.type,
    ]
    return ", ".join(filter(None, known))


def unit_label(unit: Unit, until: date | None) -> str:
    if until is None:
        return unit_name(unit)
    return gettext("%(unit)s, libre après le %(day)s") % {"unit": unit_name(unit), "day": f"{until:%d/%m/%Y}"}


def free_units(units: Any, lettings: Any, day: date) -> list[tuple[Unit, date | None]]:
    """Return the free units as (unit, None), and units whose lease has a known end as (unit, last day of the lease).

    A dwelling of a household hidden by a discreet mark counts as leased.
    """
    taken = lettings.filter(last_day__isnull=True).values("unit")
    ends = {letting.unit_id: letting.last_day for letting in lettings.filter(last_day__gte=day)}
    free = units.exclude(pk__in=taken).select_related("building__place")
    ordered = free.order_by("building__place__name", "building", "staircase", "floor", "door", "id")
    return [(unit, ends.get(unit.pk)) for unit in ordered]


class UnitField(forms.ChoiceField):
    """A choice among free units. Its cleaned value is the Unit."""

    default_error_messages = {"invalid_choice": _("Ce logement n’est pas libre, ou n’est pas dans vos immeubles.")}
    units: dict[str, Unit]

    def offer(self, free: Iterable[tuple[Unit, date | None]], empty: str | None = None) -> None:
        """Offer these units as choices, grouped by building. `empty` is the label of the empty choice."""
        groups: dict[str, list[tuple[str, str]]] = {}
        self.units = {}
        for unit, until in free:
            self.units[str(unit.pk)] = unit
            groups.setdefault(unit.building.place.name, []).append((str(unit.pk), unit_label(unit, until)))
        self.choices = [*([("", empty)] if empty is not None else []), *groups.items()]

    def clean(self, value: Any) -> Unit | None:
        chosen = super().clean(value)
        return self.units[chosen] if chosen else None


class UnitsField(forms.MultipleChoiceField):
    """A choice of annexes and parking spaces to lease together with a dwelling."""

    widget = forms.CheckboxSelectMultiple
    units: dict[str, Unit]

    def offer(self, free: Sequence[tuple[Unit, date | None]]) -> None:
        self.units = {str(unit.pk): unit for unit, _until in free}
        self.choices = [(str(unit.pk), unit_label(unit, until)) for unit, until in free]

    def clean(self, value: Any) -> list[Unit]:
        return [self.units[chosen] for chosen in super().clean(value)]


class NameForm(forms.Form):
    """Form for the name of a person."""

    title = forms.ChoiceField(label=_("Civilité"), choices=Title.choices, required=False)
    last_name = forms.CharField(label=_("Nom"), max_length=80)
    first_name = forms.CharField(label=_("Prénom"), max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        """Screen the name here, although `add_tenant` screens it too, so that the page shows the error beside this
        person."""
        data = super().clean() or self.cleaned_data
        if data.get("last_name"):
            name = f"{data.get('first_name', '')} {data['last_name']}"
            named(last_name=name)
            # Check the folded name, because this name is stored. It can be longer: æ is folded to two letters.
            if len(folded(name)) > LONGEST_NAME_KEY:
                self.add_error("last_name", _("Ce nom est trop long : vérifiez-le."))
        return data


class NewcomerForm(NameForm):
    """Form for the details of a person who has no Tenant row yet. The caller may allow an empty form."""

    phone = PhoneField(label=_("Téléphone"), required=False)

    def newcomer(self) -> Newcomer | None:
        data = self.cleaned_data
        return Newcomer(**{name: data[name] for name in NEWCOMER}) if data.get("last_name") else None


NEWCOMER = ("title", "last_name", "first_name", "phone")


class LeaseForm(forms.Form):
    unit = UnitField(label=_("Logement"))
    annexes = UnitsField(label=_("Avec"), required=False)
    starts_on = DayField(label=_("Prend effet le"), help_text=_("Le compte sera ouvert à cette date."))
    signed_on = DayField(label=_("Signé le"), required=False)

    def __init__(self, *args: Any, dwellings: Any = (), annexes: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(UnitField, self.fields["unit"]).offer(dwellings, empty=gettext("Choisir un logement libre"))
        cast(UnitsField, self.fields["annexes"]).offer(annexes)
        if not annexes:
            del self.fields["annexes"]


class OtherPersonForm(NewcomerForm):
    """Form for a further person of a new lease, who signs it too or only lives in the dwelling, such as a child."""

    signs = forms.ChoiceField(
        label=_("Cette personne"),
        choices=[("", _("ne signe pas")), ("yes", _("signe le bail"))],
        required=False,
    )
    field_order = ("title", "last_name", "first_name", "signs", "phone")


class HouseholdForms:
    """The forms for the people of a new lease: the holder, a second holder, and `OTHERS` other people.

    All forms but the first may stay empty.
    """

    OTHERS = 8

    def __init__(self, data: Mapping[str, Any] | None) -> None:
        optional: Any = {"empty_permitted": True, "use_required_attribute": False}
        self.first = NewcomerForm(data, prefix="first")
        self.second = NewcomerForm(data, prefix="second", **optional)
        self.others = [OtherPersonForm(data, prefix=f"other{number}", **optional) for number in range(self.OTHERS)]
        self.all: list[NewcomerForm] = [self.first, self.second, *self.others]

    def are_valid(self) -> bool:
        # Each form is validated, also after an invalid one, so that the page shows all errors.
        invalid = [form for form in self.all if not form.is_valid()]
        return not invalid

    @property
    def is_long(self) -> bool:
        """Whether a form in the collapsed section of the page is filled in, so that the page must open this section."""
        return any(form.has_changed() for form in self.others[2:])

    def signing(self) -> list[Newcomer]:
        forms = [self.first, self.second, *(form for form in self.others if form.cleaned_data.get("signs"))]
        return [newcomer for form in forms if (newcomer := form.newcomer())]

    def living(self) -> list[Newcomer]:
        forms = [form for form in self.others if not form.cleaned_data.get("signs")]
        return [newcomer for form in forms if (newcomer := form.newcomer())]

    def values(self) -> dict[str, Any]:
        """Return the cleaned values of each form under its prefix, for the confirmation page."""
        return {str(form.prefix): form.cleaned_data for form in self.all}


class NoticeForm(forms.Form):
    notice_on = DayField(label=_("Congé reçu le"))
    ends_on = DayField(
        label=_("Dernier jour du bail"), help_text=_("Le compte reste ouvert jusqu’à ce qu’il soit soldé.")
    )


class MoveInForm(NewcomerForm):
    """Form that asks who moves in: a person already known under this lease, or a new person."""

    who = forms.ChoiceField(label=_("Personne qui arrive"), required=False)
    day = DayField(label=_("Premier jour"))
    field_order = ("who", "title", "last_name", "first_name", "phone", "day")

    def __init__(self, *args: Any, known: Iterable[Tenant] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known: Mapping[str, Tenant] = {str(tenant.pk): tenant for tenant in known}
        names = [(pk, tenant.display_name) for pk, tenant in self.known.items()]
        cast(forms.ChoiceField, self.fields["who"]).choices = [("", gettext("une nouvelle personne")), *names]
        self.fields["last_name"].required = False
        if not self.known:
            del self.fields["who"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("who") and not data.get("last_name") and "last_name" not in self.errors:
            self.add_error("last_name", ValidationError(gettext("Indiquez le nom de la personne qui arrive.")))
        return data

    def person(self) -> Tenant | Newcomer:
        data = self.cleaned_data
        return self.known.get(data.get("who") or "") or Newcomer(**{name: data[name] for name in NEWCOMER})


class MoveOutForm(forms.Form):
    last_day = DayField(label=_("Dernier jour"), help_text=_("Le bail continue."))


class TransferForm(forms.Form):
    unit = UnitField(label=_("Nouveau logement"))
    first_day = DayField(
        label=_("Premier jour au nouveau logement"), help_text=_("Le bail actuel prend fin la veille.")
    )

    def __init__(self, *args: Any, dwellings: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(UnitField, self.fields["unit"]).offer(dwellings, empty=gettext("Choisir un logement libre"))
