"""Identity checks at the front desk: an employee types the account reference and the name of a visitor who shows an
identity document. The visitor's card then opens for ten minutes.
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
from tenants.identity_tries import begin_try
from tenants.models import Residence


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
        with connection.cursor() as cursor:
            cursor.execute("SELECT tenants_check_identity(%s, %s, %s, %s)", arguments)
            (household,) = cursor.fetchone()
        if household is None:
            tried.miss()
            unknown = _(
                "Aucun foyer de vos lieux n’a cette référence et ce nom. Vous avez cinq essais par "
                "référence et par jour."
            )
            raise ValidationError(unknown, code="no_household")
        residence: Residence = Residence._default_manager.select_related("tenant").get(pk=household)
        about, place = residence.subject(), residence.building_id
        record(events.IDENTITY_CHECKED, by=by, about=about, place=place, context=context, document=Code(document))
    return residence
