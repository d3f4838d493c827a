"""The typed fields of a fact, such as a date, an amount or a code from a list.

For each type: how a value is stored in JSON, read back, and written in a sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from casework.vocabulary.facts import lists
from formats.language import date_number
from formats.money import spoken


def value_not_allowed() -> ValidationError:
    return ValidationError(
        _("La valeur d’un champ de ce fait n’est pas autorisée par la liste."), code="fact_fields_fit"
    )


@dataclass(frozen=True)
class Slot:
    """A field of a fact. `type`: date, time, month, euro, int, decimal, contact, or code (from a closed list)."""

    name: str
    type: str

    def to_stored(self, value: Any) -> Any:
        """Convert a value of this field to what JSON stores. Raises ValidationError if the value is not allowed."""
        match self.type, value:
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
            case "code", str() if value in lists()[self.name].terms:
                return value
        raise value_not_allowed()

    def from_stored(self, value: Any) -> Any:
        """Convert a value that JSON stores back to a value of this field: the reverse of `to_stored()`."""
        if value is None:
            return None
        match self.type:
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

    def display(self, value: Any, contacts: Mapping[UUID, str]) -> str:
        """Return a value of this field as text in the reader's language.

        `contacts` maps ids to names of contacts that the reader may see.
        """
        match self.type:
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
        return lists()[self.name].label(value)
