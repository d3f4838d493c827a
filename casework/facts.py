"""Computes the stored values, the last day and the displayed sentence of a fact.

All of them follow from the definition of the fact's code in the closed list, so a fact never contains free text.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from casework.models import FactCode, FactScope
from casework.slots import value_not_allowed
from formats.months import months_after

_SLOT = re.compile(r"\{(\w+)\}")


def ends_on(code: FactCode, values: Mapping[str, Any], day: date) -> date:
    """Return the last day of a fact: the end date that the user typed, or else the end of its code's retention period.

    Raises ValidationError if the typed date is past. A typed date after the retention period is an error for a fact
    about a resident; for other facts, the fact ends with the retention period.
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
    """Convert the values of a fact to the form in which JSON stores them.

    Raises ValidationError if a field is missing or unknown, or if its value is not allowed.
    """
    slots = {slot.name: slot for slot in code.slots}
    if slots.keys() != values.keys():
        raise value_not_allowed()
    return {name: slots[name].to_stored(value) for name, value in values.items()}


def typed(code: FactCode, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Convert the stored fields of a fact to Python values, the reverse of `stored()`. A missing field is None."""
    return {slot.name: slot.from_stored(fields.get(slot.name)) for slot in code.slots}


# --- The sentence -----------------------------------------------------------------------------------------------------


def sentence(code: FactCode, fields: Mapping[str, Any], contacts: Mapping[UUID, str]) -> str:
    """Write the fact as a sentence in the reader's language.

    `contacts` maps ids of the contacts that the reader may see to their names. Other contacts are written as removed.
    """
    values = typed(code, fields)
    words = {slot.name: slot.display(values[slot.name], contacts) for slot in code.slots}
    return _SLOT.sub(lambda match: words.get(match[1], ""), code.sentence)


def slots_named(sentence: str) -> set[str]:
    return set(_SLOT.findall(sentence))
