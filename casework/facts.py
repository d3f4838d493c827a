"""The values, the last day and the sentence of a fact. All come from the closed list of facts; nothing is free text."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from casework.models import FactCode, FactScope, Slot
from casework.vocabulary.facts import lists
from formats.language import date_number
from formats.money import spoken

_SLOT = re.compile(r"\{(\w+)\}")


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of that month, as PostgreSQL intervals do."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def ends_on(code: FactCode, values: Mapping[str, Any], day: date) -> date:
    """Return the last day of a fact: its own end date if it has one, at most the code's retention period.

    Raises ValidationError if the date is past, or too late for a fact of the card.
    """
    longest = months_after(day, code.life_months)
    until: date | None = values.get("until") if code.ends_by_its_date else None
    if until is None:
        return longest
    if until < day:
        raise ValidationError({"until": _("Cette date est passée : choisissez une date à venir.")})
    if until > longest and code.compartment == FactScope.CARD:
        sentence = _("Choisissez le %(day)s au plus tard : la liste n’autorise pas une date plus éloignée.")
        raise ValidationError({"until": ValidationError(sentence, "late", {"day": f"{longest:%d/%m/%Y}"})})
    return min(until, longest)


# --- Values, as they are stored ---------------------------------------------------------------------------------------


def stored(code: FactCode, values: Mapping[str, Any]) -> dict[str, Any]:
    """Convert each value to its stored form.

    Raises ValidationError if a field is missing or unknown, or if its value is not allowed.
    """
    slots = {slot.name: slot for slot in code.slots}
    if slots.keys() != values.keys():
        raise ValidationError(
            _("La valeur d’un champ de ce fait n’est pas autorisée par la liste."), code="fact_fields_fit"
        )
    return {name: _stored(slots[name], value) for name, value in values.items()}


def _stored(slot: Slot, value: Any) -> Any:
    match slot.type, value:
        case "date", date():
            return value.isoformat()
        case "month", date():
            return f"{value:%Y-%m}"
        case "time", time():
            return f"{value:%H:%M}"
        case "decimal", Decimal():
            return f"{value.normalize():f}"
        case (("int" | "euro"), int()):
            return value
        case "contact", UUID():
            return str(value)
        case "code", str() if value in lists()[slot.name].terms:
            return value
    raise ValidationError(
        _("La valeur d’un champ de ce fait n’est pas autorisée par la liste."), code="fact_fields_fit"
    )


def typed(code: FactCode, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The reverse of `stored()`, for the form that replaces a fact."""
    return {slot.name: _typed(slot.type, fields.get(slot.name)) for slot in code.slots}


def _typed(kind: str, value: Any) -> Any:
    if value is None:
        return None
    match kind:
        case "date":
            return date.fromisoformat(value)
        case "month":
            return date.fromisoformat(f"{value}-01")
        case "time":
            return time.fromisoformat(value)
        case "decimal":
            return Decimal(value)
        case "contact":
            return UUID(value)
    return value


# --- The sentence -----------------------------------------------------------------------------------------------------


def sentence(code: FactCode, fields: Mapping[str, Any], contacts: Mapping[UUID, str]) -> str:
    """Write the fact in the reader's language.

    `contacts` holds the names of the records that a fact may refer to and that the reader may see.
    """
    values = typed(code, fields)
    words = {slot.name: _word(slot, values[slot.name], contacts) for slot in code.slots}
    return _SLOT.sub(lambda match: words.get(match[1], ""), code.sentence)


def slots_named(sentence: str) -> set[str]:
    return set(_SLOT.findall(sentence))


def _word(slot: Slot, value: Any, contacts: Mapping[UUID, str]) -> str:
    match slot.type:
        case "date":
            return f"{date_number(value.day)} {date_format(value, 'F Y')}"
        case "month":
            return date_format(value, "F Y")
        case "time":
            return f"{value:%H:%M}"
        case "euro":
            return spoken(value)
        case "int" | "decimal":
            return number_format(value, use_l10n=True, force_grouping=True)
        case "contact":
            return contacts.get(value) or _("contact retiré")
    return lists()[slot.name].label(value)
