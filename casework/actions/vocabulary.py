"""Adds a landlord's own fact codes to the closed list, and retires codes.

The words of a code are screened when it is added. A code is never edited.
"""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.models import Person
from access.reach import today
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, record
from casework.facts import slots_named
from casework.models import FactCode, FactScope, Slot
from privacy.screened import require_allowed_text

# ROLES: roles that may read the table of each kind of fact. Only they can read or write facts of a new code.
ROLES: dict[str, tuple[str, ...]] = {
    FactScope.CARD: ("caretaker", "sector_manager", "officer"),
    FactScope.DWELLING: ("caretaker", "sector_manager", "officer"),
    FactScope.ACCOUNT: ("officer",),
}


@all_or_nothing()
def add_code(
    *,
    by: Person | str,
    code: FactCode,
    slots: Sequence[Slot],
    writers: Sequence[str],
    readers: Sequence[str],
    context: Context = NOWHERE,
) -> FactCode:
    """Save `code`, a new FactCode with titles and sentences, and set its fields, writers and readers.

    Titles, sentences and the identifier are screened. The identifier is screened because it consists of words, too.
    """
    require_allowed_text(code.pk.replace("_", " "))
    if not writers or not set(writers) <= set(readers) <= set(ROLES[code.compartment]):
        sentence = _(
            "Un rôle qui écrit un fait doit aussi pouvoir le lire, et chaque rôle doit appartenir au "
            "compartiment concerné."
        )
        raise ValidationError({"readers": sentence}, code="readers")
    named = {slot.name for slot in slots}
    for field in ("sentence_fr", "sentence_en"):
        if slots_named(getattr(code, field)) != named:
            raise ValidationError(
                {field: _("La phrase doit contenir chaque champ une fois, entre accolades : {date}.")}
            )
    code.fields = ";".join(f"{slot.name}:{slot.type}" for slot in slots)
    code.writers, code.readers = "|".join(writers), "|".join(readers)
    code.added_on, code.added_by = today(), by if isinstance(by, Person) else None
    code.full_clean(exclude=["added_by"], validate_unique=False)
    code.save(force_insert=True)
    record(events.FACT_CODE_ADDED, by=by, about=None, context=context, fact=Code(code.pk))
    return code


@all_or_nothing()
def retire_code(*, by: Person | str, code: FactCode, context: Context = NOWHERE) -> FactCode:
    """Retire a code. No new fact can use it, but facts recorded with it remain until their last day."""
    code.retired_on = today()
    code.save(update_fields=["retired_on"])
    record(events.FACT_CODE_RETIRED, by=by, about=None, context=context, fact=Code(code.pk))
    return code
