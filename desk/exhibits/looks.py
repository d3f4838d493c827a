"""E9 and E10: the trace of a household, of an agent, what was refused, what an emergency opened; and its proof."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.forms.fields import DayField, PersonField
from access.look import Look
from access.models import Person
from audit import reading
from audit.models import Event, EventQuerySet
from audit.purposes import words_of
from audit.reading import REFUSALS, Asked
from audit.record import Subject
from audit.sealed import telling
from audit.sealed.state import seal_state
from desk.exhibits.answers import asked_of, names_of
from desk.exhibits.question import Question
from desk.exhibits.shape import Row, Table
from desk.forms.trace import AccountAsked, midnight
from desk.trace_lines import place_names, role_name
from tenants.models.emergency import EmergencyReason, Verdict

MOST = 20_000  # lines of one table; what is longer is asked for in two
THREE_MONTHS = timedelta(days=92)  # as inspections ask


class Since(Question):
    """Of a household or of an agent when one is named, of everybody otherwise; days, both included."""

    reference = forms.CharField(label=gettext_lazy("Référence du compte"), max_length=20, required=False)
    person = PersonField(label=gettext_lazy("Agent"), required=False)
    first = DayField(label=gettext_lazy("Du"), required=False, help_text=gettext_lazy("Vide : trois mois avant."))
    last = DayField(label=gettext_lazy("Au"), required=False, help_text=gettext_lazy("Vide : aujourd’hui."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(PersonField, self.fields["person"]).offer(self.look.rows(Person))

    def clean_reference(self) -> str:
        return AccountAsked.clean_reference(cast(AccountAsked, self)) if self.cleaned_data["reference"] else ""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        said["last"] = said.get("last") or self.look.day
        said["first"] = said.get("first") or said["last"] - THREE_MONTHS
        if said["first"] > said["last"]:
            raise forms.ValidationError(_("Le dernier jour précède le premier."))
        return said

    def narrowed(self, rows: EventQuerySet) -> EventQuerySet:
        said = self.cleaned_data
        return reading.narrowed(rows, Asked(start=midnight(said["first"]), end=midnight(said["last"], 1)))


def trace(look: Look, question: Since) -> list[Table]:
    """The lines of one household or one agent; always what was refused, and the emergencies with their reviews."""
    lines = question.narrowed(cast(EventQuerySet, look.rows(Event)))
    return [*_named(look, question, lines), _refused(look, lines), _emergencies(look)]


def _named(look: Look, question: Since, lines: EventQuerySet) -> Iterable[Table]:
    reference, person = question.cleaned_data["reference"], question.cleaned_data["person"]
    if reference:
        found = asked_of("SELECT account, lease FROM tenants_inspected(%s, %s)", reference, look.day)
        if not found:
            question.add_error("reference", _("Aucun compte sous cette référence."))
            return
        account, lease = found[0]
        look.about = Subject("account", account)
        theirs = lines.filter(pk__in=_ids(lines, account) | _ids(lines, lease))
        yield _lines(look, _("Consultations et changements du locataire"), theirs, whose=True)
    if person:
        look.note(person=person.pk)
        yield _lines(look, _("Consultations et changements de l’agent"), lines.filter(actor=person.pk))


def _ids(lines: EventQuerySet, about: Any) -> Any:
    return reading.narrowed(lines, Asked(about=about)).values("pk")


def _refused(look: Look, lines: EventQuerySet) -> Table:
    return _lines(look, _("Tentatives refusées"), lines.filter(outcome__in=[str(one) for one in REFUSALS]))


def _lines(look: Look, title: str, lines: EventQuerySet, *, whose: bool = False) -> Table:
    """`whose`: what each of those colleagues saw may be asked next."""
    found = list(lines.newest_first()[: MOST + 1])
    names = names_of(look, (one.actor for one in found))
    places = place_names({one.place for one in found if one.place})
    note = _("Les plus récentes d’abord.")
    if len(found) > MOST:
        note = _("Les %(n)s plus récentes : demandez moins de jours pour les autres.") % {"n": MOST}
    columns = [_("Quand"), _("Quoi"), _("Issue"), _("Agent"), _("Rôle"), _("Pour quoi"), _("Lieu"), _("Mention")]
    return Table(
        title, columns, [_line(one, names, places) for one in found[:MOST]], note, people=names if whose else ()
    )


def _line(one: Event, names: dict[Any, str], places: dict[Any, str]) -> Row:
    who = names.get(one.actor, one.machine)
    said, ended = str(reading.sentence(one)), str(reading.OUTCOMES[one.outcome])
    return [
        one.at, said, ended, who, str(role_name(one.role)), str(words_of(one.purpose)),
        places.get(one.place, ""), str(one.pk),
    ]  # fmt: skip


def _emergencies(look: Look) -> Table:
    found = asked_of(
        "SELECT opened_at, until, person, building, reason, review_by, verdict, reviewed_by, reviewed_on"
        " FROM tenants_inspected_emergencies()"
    )
    names = names_of(look, (key for row in found for key in (row[2], row[7])))
    places = place_names({row[3] for row in found})
    rows = [
        [at, until, names.get(who, ""), places.get(where, ""), str(EmergencyReason(why).label), by,
         str(Verdict(verdict).label) if verdict else _("attend sa relecture"), names.get(reviewer, ""), on]
        for at, until, who, where, why, by, verdict, reviewer, on in found
    ]  # fmt: skip
    heads = [_("Ouvert"), _("Jusqu’à"), _("Agent"), _("Bâtiment"), _("Motif"), _("À relire avant le")]
    return Table(_("Accès exceptionnels et leur relecture"), [*heads, _("Verdict"), _("Par"), _("Le")], rows)


# --- E10 --------------------------------------------------------------------------------------------------------------


def seal(look: Look, question: Question) -> list[Table]:
    newest = telling.newest(look.rows)
    pruned, erased = telling.forgotten(look.rows)
    told: list[Row] = [[_("Pseudonymes détruits"), erased], *_state()]
    if newest:
        told = [[_("Sceau"), newest.note], [_("Feuilles"), newest.size], [_("Signé"), newest.at], *told]
    seen: list[Row] = [[one.name, one.size, one.at] for one in telling.seen_by(look.rows)]
    keys: list[Row] = [[one.vkey, one.since] for one in telling.public_keys(look.rows)]
    gone: list[Row] = [
        [one.at, str(reading.sentence(one)), one.facts.get("months"), one.facts.get("before")] for one in pruned
    ]
    return [
        Table(_("État du journal scellé"), [_("Quoi"), _("Valeur")], told, _how_to_check()),
        Table(_("Témoins extérieurs"), [_("Témoin"), _("Feuilles vues"), _("Signé")], seen),
        Table(_("Clés publiques du journal"), [_("Clé"), _("Depuis")], keys),
        Table(_("Oublis"), [_("Quand"), _("Quoi"), _("Mois"), _("Avant le")], gone),
    ]


def _how_to_check() -> str:
    return _("Un dossier de preuves s’emporte de /trace/preuves/ et se vérifie sans Loge : docs/evidence.md.")


def _state() -> Iterable[Row]:
    state = seal_state()
    yield [_("Plus ancienne mention sans feuille, en secondes"), int(state.behind)]
    yield [_("Sceau le plus ancien sans témoin, en secondes"), int(state.unseen)]
