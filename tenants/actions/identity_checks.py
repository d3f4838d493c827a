"""Identity checks at the front desk: an employee sees a visitor's identity document, and types the visitor's name.

The employee also types the reference of the visitor's account, or else the address and the door. If they match, the
visitor's card opens for ten minutes.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.models import Person
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, record
from formats.folding import folded
from tenants.identity_tries import Try, begin_try, begin_try_at_door
from tenants.models import Residence
from tenants.search import parts_of


def check_identity(
    *, by: Person, reference: str, last_name: str, document: str, context: Context = NOWHERE
) -> Residence:
    """Open the card of the visitor's household and return the visitor's residence. Raises ValidationError.

    The error is the same for a wrong account reference, a wrong name, a household outside the employee's buildings, and
    too many failed attempts on a day. The database function tenants_may_attempt() allows five failed attempts for one
    reference and twenty by one employee.
    """
    with all_or_nothing():
        tried = begin_try(by=by, reference=reference, context=context)
        arguments: list[Any] = [reference, folded(last_name), document, tried.id]
        unknown = _(
            "Aucun foyer de vos lieux n’a cette référence et ce nom. Vous avez cinq essais par référence et par jour."
        )
        return _opened(tried, "SELECT tenants_check_identity(%s, %s, %s, %s)", arguments, document, unknown)


def check_identity_at_door(
    *, by: Person, last_name: str, address: str, door: str, document: str, context: Context = NOWHERE
) -> Residence:
    """Open the card of a visitor who does not know the account reference, by name, address and door. Raises
    ValidationError.

    The address and the door must match exactly one dwelling, and the name exactly one household in it. The error and
    the limits are as in `check_identity`. Nothing that was typed is stored.
    """
    # `words` are the search keys of the typed address. The building's name or address must have all of them.
    words = [key for part in parts_of(folded(address).split()) for key in part.place_keys]
    # `parts` has the typed words of the door, such as "12". "Le Gall" (particle and name) becomes "": it is no door.
    parts = [part.joined if len(part.words) == 1 else "" for part in parts_of(folded(door).split())]
    with all_or_nothing():
        tried = begin_try_at_door(by=by, words=words, door_parts=parts, context=context)
        arguments: list[Any] = [words, parts, folded(last_name), document, tried.id]
        unknown = _(
            "Aucun foyer de vos lieux n’a ce nom à cette porte, ou plusieurs portes correspondent : précisez "
            "l’adresse, l’escalier et la porte. Vous avez cinq essais par foyer et par jour."
        )
        sql = "SELECT tenants_check_identity_at(%s, %s, %s, %s, %s)"
        return _opened(tried, sql, arguments, document, unknown)


def _opened(tried: Try, sql: str, arguments: list[Any], document: str, unknown: str) -> Residence:
    """Run the identity check `sql` in the database, record it, and return the visitor's residence. Raise
    ValidationError with the message `unknown` if the database finds no residence."""
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        (household,) = cursor.fetchone()
    if household is None:
        tried.miss()
        raise ValidationError(unknown, code="no_household")
    residence: Residence = Residence._default_manager.select_related("tenant").get(pk=household)
    about, place = residence.subject(), residence.building_id
    record(
        events.IDENTITY_CHECKED,
        by=tried.by,
        about=about,
        place=place,
        context=tried.context,
        document=Code(document),
    )
    return residence
