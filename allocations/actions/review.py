"""Actions that review an application: request and check documents, assess income, and set the application's state."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing, change
from access.models import Person
from access.reach import today
from allocations.models import Application, Basis, Income, State, SupportingDocument
from allocations.models.figure import figure
from allocations.vocabulary import COMPULSORY
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, record

_YEARS_BACK = {Basis.N2: 2, Basis.N1: 1, Basis.TWELVE_MONTHS: 0}


@all_or_nothing()
def ask_document(*, by: Person, application: Application, kind: str, context: Context = NOWHERE) -> SupportingDocument:
    """Request a supporting document, or request it again if it has expired. The due date is today plus the number of
    days that the landlord has set."""
    until = today() + timedelta(days=figure("document_delay_days", today()))
    document = SupportingDocument._default_manager.filter(application=application, kind=kind).first()
    if document is None:
        document = SupportingDocument(application=application, kind=kind, asked_on=today(), asked_by=by, due_on=until)
        document.save(force_insert=True)
    else:
        if document.seen_on and not (document.valid_until and document.valid_until < today()):
            raise ValidationError(_("Cette pièce a été vue et reste valable."))
        request = {"asked_on": today(), "asked_by": by, "due_on": until}
        change(document, **request, seen_on=None, seen_by=None, valid_until=None)
    _set_state(application)
    about, place = application.subject(), application.kept_at_id
    facts: dict[str, Any] = {"supporting_document": Code(kind), "until": until}
    record(events.DOCUMENT_ASKED, by=by, about=about, place=place, context=context, **facts)
    return document


@all_or_nothing()
def see_document(
    *, by: Person, application: Application, kind: str, valid_until: date | None = None, context: Context = NOWHERE
) -> SupportingDocument:
    """Record that an employee saw a supporting document, and until when it is valid. No copy is stored."""
    if valid_until and valid_until < today():
        raise ValidationError({"valid_until": _("Cette pièce n’est plus valable : demandez-en une autre.")})
    document = SupportingDocument._default_manager.filter(application=application, kind=kind).first()
    if document is None:
        document = SupportingDocument(application=application, kind=kind)
        document.seen_on, document.seen_by, document.valid_until = today(), by, valid_until
        document.save(force_insert=True)
    else:
        change(document, seen_on=today(), seen_by=by, valid_until=valid_until)
    _set_state(application)
    about, place = application.subject(), application.kept_at_id
    facts: dict[str, Any] = {"supporting_document": Code(kind), "until": valid_until}
    record(events.DOCUMENT_SEEN, by=by, about=about, place=place, context=context, **facts)
    return document


@all_or_nothing()
def withdraw_document(*, by: Person, document: SupportingDocument, context: Context = NOWHERE) -> None:
    """Cancel the request for a document that is not needed. Raises ValidationError if the document has been seen."""
    if document.seen_on:
        raise ValidationError(_("Cette pièce a été vue : sa demande ne peut plus être retirée."))
    application, kind = document.application, document.kind
    document.delete()
    about, place = application.subject(), application.kept_at_id
    record(events.DOCUMENT_WITHDRAWN, by=by, about=about, place=place, context=context, supporting_document=Code(kind))


@all_or_nothing()
def assess_income(
    *,
    by: Person,
    application: Application,
    signing_year: int,
    basis: str,
    rfr_cents: int,
    proof: str,
    share_only: bool = False,
    context: Context = NOWHERE,
) -> Income:
    """Record the income that a document proves. This income replaces a declared or earlier income on the same basis.

    For the basis of twelve months, `rfr_cents` is net taxable income, from which the landlord's deduction is
    subtracted. Raises ValidationError if the landlord has not entered the deduction.
    """
    if signing_year not in (today().year, today().year + 1):
        raise ValidationError({"signing_year": _("L’année de signature est celle en cours ou la suivante.")})
    key = {"application": application, "signing_year": signing_year, "basis": basis}
    income = Income._default_manager.filter(**key).first() or Income(**key)
    income.year = signing_year - _YEARS_BACK[Basis(basis)]
    if basis == Basis.TWELVE_MONTHS:
        rfr_cents = -(-rfr_cents * (1000 - figure("twelve_months_deduction_permille", today())) // 1000)
    income.rfr_cents, income.proof, income.share_only = rfr_cents, proof, share_only
    income.assessed_on, income.assessed_by = today(), by
    income.save()
    _check_drop()
    _set_state(application)
    about, place = application.subject(), application.kept_at_id
    facts: dict[str, Any] = {"basis": Code(basis), "year": income.year}
    record(events.INCOME_ASSESSED, by=by, about=about, place=place, context=context, **facts)
    return income


@all_or_nothing()
def remove_income(*, by: Person, income: Income, context: Context = NOWHERE) -> None:
    application = income.application
    income.delete()
    _check_drop()
    _set_state(application)
    about, place = application.subject(), application.kept_at_id
    record(events.APPLICATION_CHANGED, by=by, about=about, place=place, context=context, part=Code("income"))


def _check_drop() -> None:
    """Run the deferred trigger on incomes now, so that the form can display its error. The trigger rejects a more
    recent income unless it is at least 10 % lower than that of the year N-2."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS allocations_income_drop IMMEDIATE")
        cursor.execute("SET CONSTRAINTS allocations_income_drop DEFERRED")


def _set_state(application: Application) -> None:
    state = _state_of(application)
    if state != application.state:
        change(application, state=state)


def _state_of(application: Application) -> State:
    documents = SupportingDocument._default_manager.filter(application=application)
    proved = {row.kind for row in documents if row.seen_on and not (row.valid_until and row.valid_until < today())}
    assessed = Income._default_manager.filter(
        application=application, signing_year__gte=today().year, basis=Basis.N2, assessed_on__isnull=False
    )
    if proved.issuperset(COMPULSORY) and assessed.exists():
        return State.COMPLETE
    return State.UNDER_REVIEW if documents or assessed.exists() else State.REGISTERED
