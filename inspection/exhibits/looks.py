"""Exhibit E9: audit events of a household or an employee, refused attempts and emergency accesses. Exhibit E10: state
of the sealed audit log and of the signatures over it."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from access.guard.context import AccessContext
from access.models import Person
from access.pages.fields import DayField, PersonField
from audit import reading
from audit.models import Event, EventQuerySet
from audit.purposes import words_of
from audit.reading import REFUSALS, Asked
from audit.record import Subject
from audit.sealed import status_page
from audit.sealed.state import seal_state
from inspection.exhibits.answers import names_of, query_rows
from inspection.exhibits.question import Question
from inspection.exhibits.shape import EventId, Row, Table
from oversight.audit_log.code_words import machine_name
from oversight.audit_log.lines import place_names, role_name
from oversight.forms.audit_log import AccountAsked, midnight
from tenants.models.emergency import EmergencyReason, Verdict

MOST = 20_000  # MOST: maximum number of rows in a table of audit events
THREE_MONTHS = timedelta(days=92)  # default period of the form, as most inspections cover three months


class Since(Question):
    """Form of exhibit E9: a household or an employee, and a period that includes its first and last day.

    All inputs are optional. The period is three months by default.
    """

    reference = forms.CharField(label=gettext_lazy("Référence du compte"), max_length=20, required=False)
    person = PersonField(label=gettext_lazy("Agent"), required=False)
    first = DayField(
        label=gettext_lazy("Du"), required=False, help_text=gettext_lazy("Laissez vide pour les trois mois précédents.")
    )
    last = DayField(label=gettext_lazy("Au"), required=False, help_text=gettext_lazy("Laissez vide pour aujourd’hui."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(PersonField, self.fields["person"]).offer(self.access.rows(Person))

    def clean_reference(self) -> str:
        return AccountAsked.clean_reference(cast(AccountAsked, self)) if self.cleaned_data["reference"] else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["last"] = data.get("last") or self.access.day
        data["first"] = data.get("first") or data["last"] - THREE_MONTHS
        if data["first"] > data["last"]:
            raise forms.ValidationError(_("Le dernier jour doit être postérieur ou égal au premier."))
        return data

    def narrowed(self, rows: EventQuerySet) -> EventQuerySet:
        data = self.cleaned_data
        return reading.narrowed(rows, Asked(start=midnight(data["first"]), end=midnight(data["last"], 1)))


def audit_log(access: AccessContext, question: Since) -> list[Table]:
    """Exhibit E9: tables of audit events in a period.

    If the form names a household, one table has the events about the household. If the form names an employee, one
    table has what the employee did. Tables of refused attempts and of emergency accesses are always included.
    """
    lines = question.narrowed(cast(EventQuerySet, access.rows(Event)))
    tables: list[Table] = []
    reference, person = question.cleaned_data["reference"], question.cleaned_data["person"]
    household = "SELECT account, lease FROM inspection_exhibit_account(%s, %s)"
    rows = query_rows(household, reference, access.day) if reference else []
    if rows:
        account, lease = rows[0]
        access.about = Subject("account", account)
        theirs = lines.filter(pk__in=_ids(lines, account) | _ids(lines, lease))
        tables.append(_lines(access, _("Consultations et modifications concernant le locataire"), theirs, whose=True))
    elif reference:
        question.add_error("reference", _("Aucun compte n’a cette référence."))
    if person and (rows or not reference):
        access.note(person=person.pk)
        of_person = lines.filter(actor=person.pk)
        tables.append(_lines(access, _("Consultations et modifications faites par l’agent"), of_person))
    refused = lines.filter(outcome__in=[str(outcome) for outcome in REFUSALS])
    return [*tables, _lines(access, _("Tentatives refusées"), refused), table_of_emergencies(access)]


def _ids(lines: EventQuerySet, about: Any) -> Any:
    return reading.narrowed(lines, Asked(about=about)).values("pk")


def _lines(access: AccessContext, title: str, lines: EventQuerySet, *, whose: bool = False) -> Table:
    """Return a table of audit events, newest first.

    If `whose` is true, the page links the name of each employee in the table to the audit events of this employee.
    """
    events = list(lines.newest_first()[: MOST + 1])
    names = names_of(access, (event.actor for event in events))
    places = place_names({event.place for event in events if event.place})
    note = _("Les plus récentes d’abord.")
    if len(events) > MOST:
        note = _("Les %(n)s plus récentes. Choisissez une période plus courte pour voir les autres.") % {"n": MOST}
    columns = [
        _("Quand"),
        _("Action"),
        _("Issue"),
        _("Agent"),
        _("Rôle"),
        _("Motif de consultation"),
        _("Lieu"),
        _("Mention"),
    ]
    rows: list[Row] = [
        [event.at, str(reading.sentence(event)), str(reading.OUTCOMES[event.outcome]),
         names.get(event.actor) or str(machine_name(event.machine)),
         str(role_name(event.role)), str(words_of(event.purpose)),
         places.get(event.place, ""), EventId(event.pk)]
        for event in events[:MOST]
    ]  # fmt: skip
    return Table(title, columns, rows, note, people=names if whose else ())


def table_of_emergencies(access: AccessContext) -> Table:
    accesses = query_rows(
        "SELECT opened_at, until, person, building, reason, review_by, verdict, reviewed_by, reviewed_on"
        " FROM inspection_exhibit_emergencies()"
    )
    names = names_of(access, (key for row in accesses for key in (row[2], row[7])))
    places = place_names({row[3] for row in accesses})
    rows = [
        [at, until, names.get(who, ""), places.get(where, ""), str(EmergencyReason(why).label), by,
         str(Verdict(verdict).label) if verdict else _("attend son examen"), names.get(reviewer, ""), on]
        for at, until, who, where, why, by, verdict, reviewer, on in accesses
    ]  # fmt: skip
    heads = [_("Ouvert"), _("Jusqu’à"), _("Agent"), _("Bâtiment"), _("Motif"), _("À examiner avant le")]
    return Table(_("Accès d’urgence et leur examen"), [*heads, pgettext("examen", "Avis"), _("Par"), _("Le")], rows)


# --- E10 --------------------------------------------------------------------------------------------------------------


def seal(access: AccessContext, question: Question) -> list[Table]:
    newest = status_page.newest(access.rows)
    pruned, erased = status_page.forgotten(access.rows)
    state = seal_state()
    figures: list[Row] = [
        [_("Pseudonymes détruits"), erased],
        [_("Mention la plus ancienne sans feuille, en secondes"), int(state.behind)],
        [_("Sceau le plus ancien sans témoin, en secondes"), int(state.unseen)],
    ]
    if newest:
        figures = [[_("Sceau"), newest.note], [_("Feuilles"), newest.size], [_("Signé"), newest.at], *figures]
    witnesses: list[Row] = [[witness.name, witness.size, witness.at] for witness in status_page.seen_by(access.rows)]
    keys: list[Row] = [[key.vkey, key.since] for key in status_page.public_keys(access.rows)]
    prunings: list[Row] = [
        [event.at, str(reading.sentence(event)), event.facts.get("months"), event.facts.get("before")]
        for event in pruned
    ]
    note = _("Un dossier de preuves s’exporte depuis /trace/preuves/ et se vérifie sans Loge : docs/evidence.md.")
    return [
        Table(_("État du journal scellé"), [_("Élément"), _("Valeur")], figures, note),
        Table(_("Témoins extérieurs"), [_("Témoin"), _("Feuilles vues"), _("Signé")], witnesses),
        Table(_("Clés publiques du journal"), [_("Clé"), _("Depuis")], keys),
        Table(_("Effacements"), [_("Quand"), _("Élément"), _("Mois"), _("Avant le")], prunings),
    ]
