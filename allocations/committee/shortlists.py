"""What a shortlist needs before it is drawn."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from access.reach import today
from allocations.assessment import landlord_rows
from allocations.models import Ceiling, LegalFigure, Vacancy
from allocations.rules.ceilings import ceiling_of
from allocations.rules.households import Category
from allocations.rules.results import LawIsOpen, MissingFacts
from buildings.models import UnitTerms


def require_rooms_and_ceiling(vacancy: Vacancy) -> None:
    """Raise ValidationError that names what is missing: without it, a shortlist would be wrong."""
    if ask("SELECT allocations_rooms(%s)", vacancy.unit_id) is None:
        raise ValidationError(_("Le type de ce logement manque (T1, T2…) : le patrimoine l’enregistre."))
    terms, day = UnitTerms._default_manager.get(unit=vacancy.unit_id), today()
    rows = landlord_rows(Ceiling._default_manager.filter(year=day.year), LegalFigure._default_manager.in_force(day))
    try:
        ceiling_of(rows, terms.financing, (terms.zone,), Category(1), day)
    except MissingFacts as error:
        missing = _(
            "Les plafonds %(financing)s %(year)s de cette zone manquent : le responsable du peuplement les saisit."
        )
        raise ValidationError(missing % {"financing": terms.financing, "year": day.year}) from error
    except LawIsOpen:
        return


def ask(question: str, *params: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question, list(params))
        return cursor.fetchone()[0]
