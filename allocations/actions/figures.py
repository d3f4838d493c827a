"""Action that enters a legal figure: a number set by law or by the landlord, with its source and first day. The new
figure ends the one that was in force."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.models import Person
from access.reach import today
from allocations.models import LegalFigure
from allocations.vocabulary import LEGAL_FIGURES
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, record


@all_or_nothing()
def set_figure(
    *,
    by: Person,
    code: str,
    value: int,
    source_kind: str,
    source_number: str,
    source_date: date,
    first_day: date,
    context: Context = NOWHERE,
) -> LegalFigure:
    """Enter the value of a legal figure from a given day on. The value in force until then ends the day before."""
    term = LEGAL_FIGURES.terms.get(code)
    if term is None or not int(term.row["least"]) <= value <= int(term.row["most"]):
        raise ValidationError({"value": _("Cette valeur n’est pas plausible : vérifiez l’unité.")})
    LegalFigure._default_manager.filter(code=code, first_day__lt=first_day, last_day__isnull=True).update(
        last_day=first_day - timedelta(days=1)
    )
    row = LegalFigure(
        code=code,
        value=value,
        source_kind=source_kind,
        source_number=source_number,
        source_date=source_date,
        first_day=first_day,
        entered_on=today(),
        entered_by=by,
    )
    row.save(force_insert=True)
    figure = Code(code)
    record(events.LEGAL_FIGURE_SET, by=by, context=context, figure=figure, value=value, first_day=first_day)
    return row
