"""Reads the audit log for its pages: filters events, divides them into pages, describes them in sentences, and counts
them by group. Events contain ids of people; the callers look up the names."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.events import KINDS, Outcome
from audit.models import Event, EventQuerySet

PAGE = 50
REFUSALS = (Outcome.REFUSED, Outcome.MISSING)

OUTCOMES: dict[str, Promise | str] = {
    Outcome.SHOWN: _("affiché"),
    Outcome.CHANGED: _("modifié"),
    Outcome.REFUSED: _("refusé, permission absente"),
    Outcome.MISSING: _("refusé, hors périmètre"),
    Outcome.ATTEMPTED: _("modification demandée"),
    Outcome.FAILED: _("interrompu par une erreur"),
}
OLD_KIND = _("Événement d’une version antérieure de Loge")
OLD_FACT = _("détail d’une version antérieure")
# FACTS maps each fact to its label on pages; `tests/audit/test_events.py` checks that every fact has a label.
FACTS: dict[str, Promise | str] = {
    "abstained": _("abstentions"),
    "added": _("ajoutées"),
    "candidacies": _("fiches"),
    "claims": _("demandes de lecture"),
    "conditions": _("conditions non remplies"),
    "decision": _("décision"),
    "delivery": _("notification"),
    "differing": _("soldes différents"),
    "digest": _("empreinte"),
    "eligible": _("demandes qui conviennent"),
    "key_digest": _("empreinte de la clé de départage"),
    "number": _("fiche"),
    "offers": _("propositions"),
    "present": _("présents"),
    "rank": _("rang"),
    "result": _("issue"),
    "session": _("séance"),
    "voice": _("siège"),
    "applications": _("demandes"),
    "basis": _("base"),
    "contingent": _("réservataire"),
    "delivered_on": _("remise le"),
    "dropped": _("valeurs non conservées"),
    "figure": _("chiffre"),
    "grid": _("grille"),
    "letter": _("lettre"),
    "motive": _("motif de radiation"),
    "occasion": _("motif d’ouverture"),
    "occasions": _("accès refermés"),
    "part": _("partie"),
    "supporting_document": _("pièce"),
    "unchanged": _("inchangées"),
    "updated": _("mises à jour"),
    "unit": _("logement"),
    "vacancy": _("logement vacant"),
    "value": _("valeur"),
    "year": _("année"),
    "advice": _("avis"),
    "answer": _("réponse"),
    "approved_by": _("approuvé par"),
    "asked": _("demandées"),
    "assignment": _("affectation"),
    "assignments": _("affectations"),
    "bank_details": _("coordonnées bancaires"),
    "before": _("avant le"),
    "breach": _("violation"),
    "categories": _("catégories"),
    "cents": _("montant"),
    "change": _("acte annulé"),
    "changed": _("corrigées"),
    "contact": _("contact"),
    "contacts": _("contacts"),
    "contest": _("refus contesté"),
    "contests": _("refus contestés"),
    "day": _("jour"),
    "deferrals": _("reports"),
    "document": _("pièce d’identité"),
    "dwellings": _("logements"),
    "kept": _("conservées"),
    "review": _("revue"),
    "release": _("copie ouverte"),
    "rows": _("lignes"),
    "emergencies": _("nombre d’accès d’urgence"),
    "emergency": _("accès d’urgence"),
    "encrypted": _("chiffrée"),
    "mails": _("courriels"),
    "failed": _("abandonnés"),
    "ended": _("affectations terminées"),
    "ended_on": _("terminée le"),
    "ends_on": _("fin le"),
    "entries": _("écritures"),
    "entry": _("écriture"),
    "exhibit": _("pièce du contrôle"),
    "fact": _("fait"),
    "erased": _("effacées"),
    "erasure": _("effacement"),
    "facts": _("faits"),
    "fields": _("champs corrigés"),
    "files": _("fichiers"),
    "filters": _("filtres"),
    "first_day": _("premier jour"),
    "from_minute": _("à partir de"),
    "to_minute": _("jusqu’à"),
    "format": _("format"),
    "ground": _("fondement"),
    "inheritance": _("reprise"),
    "informed_on": _("informée le"),
    "inspection": _("contrôle"),
    "inspections": _("contrôles"),
    "into": _("devenir"),
    "label": _("libellé"),
    "last_day": _("dernier jour"),
    "lease": _("bail"),
    "leases": _("baux"),
    "level": _("niveau"),
    "line": _("ligne"),
    "lines": _("lignes"),
    "imports": _("imports"),
    "run": _("envoi"),
    "list": _("liste"),
    "look": _("consultation"),
    "months": _("mois"),
    "nature": _("nature"),
    "noted": _("transformées en notes"),
    "notes": _("notes"),
    "order": _("tri"),
    "page": _("page affichée"),
    "people": _("personnes désignées"),
    "person": _("personne"),
    "places": _("lieux"),
    "programmes": _("programmes"),
    "question": _("question"),
    "questions": _("questions"),
    "reason": _("motif"),
    "means": _("moyen"),
    "receipt": _("encaissement"),
    "removed": _("retirés"),
    "receipts": _("encaissements en attente"),
    "reference": _("référence demandée"),
    "refused": _("refusées"),
    "renew_by": _("à renouveler avant le"),
    "request": _("demande"),
    "requests": _("demandes"),
    "residence": _("occupation"),
    "restrictions": _("limitations"),
    "reverses": _("annule l’écriture"),
    "right": _("droit"),
    "role": _("rôle"),
    "scope": _("étendue"),
    "sealed": _("sous scellés"),
    "seed": _("graine"),
    "renounced_on": _("renoncé le"),
    "sheet": _("fichier"),
    "source": _("reçue par"),
    "starts_on": _("début le"),
    "tenant": _("locataire"),
    "tenants": _("locataires"),
    "units": _("logements"),
    "until": _("jusqu’au"),
    "words": _("mots"),
    "write_off": _("somme en moins"),
}
# CALLED maps a kind of event to labels that replace those of FACTS, because some facts have another meaning there.
CALLED: dict[str, dict[str, Promise | str]] = {
    "sessions_ended": {"ended": _("sessions fermées")},
    "key_copied": {"ended": _("sessions fermées")},
    "factors_reset": {"ended": _("sessions fermées")},
    "cash_receipt_issued": {"number": _("numéro")},
    "name_corrected": {"document": _("document présenté")},
    "breach_noted": {"people": _("personnes touchées")},
    "portfolio_imported": {"people": _("membres du personnel")},
}


def sentence(event: Event) -> Promise | str:
    """Return the sentence that describes an event. The kind of an old event may no longer be declared."""
    kind = KINDS.get(event.kind)
    return kind.sentence if kind else OLD_KIND


def facts(event: Event) -> list[tuple[str, Promise | str, Any]]:
    """Return the name, the label and the value of each fact of an event that readers may see."""
    called = FACTS | CALLED.get(event.kind, {})
    return [(name, called.get(name, OLD_FACT), value) for name, value in sorted(event.readable_facts.items())]


def how_many(event: Event) -> int:
    """Return how many rows were deleted, for an event that records a deletion: the sum of its numeric facts. The field
    `count` of such an event is 0, because it counts only displayed rows."""
    return sum(value for value in event.facts.values() if isinstance(value, int))


@dataclass(frozen=True)
class Asked:
    """The filter that a reader of the audit log has chosen. A field that is None or empty does not restrict the result.

    `places` must list the ids of all wanted places and of all places inside them: this app may not import the model of
    places, so it cannot look them up.
    """

    about: UUID | None = None
    # `number` is the beginning of the wanted event's id: eight hexadecimal digits, as printed in access reports.
    number: str = ""
    places: Sequence[UUID] | None = None
    kinds: Sequence[str] = ()
    roles: Sequence[str] = ()
    outcomes: Sequence[str] = ()
    start: datetime | None = None
    end: datetime | None = None
    # `category` restricts the filter to events of sentences that the screening refused for this category.
    category: str = ""


def narrowed(events: EventQuerySet, criteria: Asked) -> EventQuerySet:
    if criteria.about:
        events = events.filter(Q(about=criteria.about) | Q(shown_ids__contains=[criteria.about]))
    if criteria.number:
        ends = (UUID(criteria.number + rest * 24) for rest in ("0", "f"))
        events = events.filter(pk__range=tuple(ends))
    if criteria.places is not None:
        events = events.filter(place__in=criteria.places)
    if criteria.kinds:
        events = events.filter(kind__in=criteria.kinds)
    if criteria.roles:
        events = events.filter(role__in=criteria.roles)
    if criteria.outcomes:
        events = events.filter(outcome__in=criteria.outcomes)
    if criteria.category:
        events = events.filter(facts__categories__regex=rf"(^|\.){criteria.category}(\.|$)")
    if criteria.start:
        events = events.filter(at__gte=criteria.start)
    return events.filter(at__lt=criteria.end) if criteria.end else events


def page(events: EventQuerySet, before: str) -> tuple[list[Event], str]:
    """Return one page of events, newest first, and the key of the next page.

    `before` is the key of the wanted page; an empty key means the first page. The returned key is empty if no page
    follows.
    """
    day_and_time, _sep, key = before.rpartition("_")
    with suppress(ValueError):  # An empty or malformed page key selects the first page.
        at, last = datetime.fromisoformat(day_and_time), UUID(key)
        if at.tzinfo:
            events = events.filter(at__lte=at).filter(Q(at__lt=at) | Q(id__lt=last))
    lines = list(events.newest_first()[: PAGE + 1])
    more = len(lines) > PAGE
    lines = lines[:PAGE]
    return lines, f"{lines[-1].at.isoformat()}_{lines[-1].pk}" if more else ""


def is_id(fact: object) -> bool:
    """Whether a fact is an id. JSON has no type for ids, so they are recognised by their shape."""
    return isinstance(fact, str) and len(fact) == 36 and fact.count("-") == 4


class By(StrEnum):
    """Criteria by which `Count` can group events. Each value is the SQL expression to group by."""

    ROLE = "e.role"
    OUTCOME = "e.outcome"
    CATEGORY = "c.name"
    MONTH = "to_char(e.at AT TIME ZONE 'Europe/Paris', 'YYYY-MM')"
    WEEK = "to_char(date_trunc('week', e.at AT TIME ZONE 'Europe/Paris'), 'YYYY-MM-DD')"
    PLACE = "coalesce(g.name, '')"


@dataclass(frozen=True)
class Cell:
    """One group of events: their number, and the number of different people who caused them."""

    key: str
    events: int
    people: int


@dataclass(frozen=True)
class Count:
    """Counts the events that people, not machines, caused, in groups formed by the criterion `by`.

    Only events from `start` to `end` with one of `outcomes` count, and if `kinds` is given, only these kinds of event.
    For By.PLACE, `groups` maps each place to its group. For By.CATEGORY, a sentence that was refused for two categories
    counts in both.
    """

    by: By
    start: datetime
    end: datetime
    outcomes: tuple[str, ...]
    groups: Mapping[UUID, str] | None = None
    kinds: tuple[str, ...] = ()

    def cells(self) -> list[Cell]:
        sql, params = self._from()
        select = f"SELECT {self.by.value}, count(*), count(DISTINCT e.actor) {sql} GROUP BY 1 ORDER BY 1"
        return [Cell(*row) for row in _rows(select, params)]

    def people_in(self, keys: Iterable[str]) -> int:
        """Return the number of different people who caused the events of these groups (`keys`). A person with events in
        two of the groups counts once."""
        sql, params = self._from()
        select = f"SELECT count(DISTINCT e.actor) {sql} AND {self.by.value} = ANY (%s)"
        return int(_rows(select, [*params, list(keys)])[0][0])

    def _from(self) -> tuple[str, list[Any]]:
        """Return the FROM and WHERE clauses that select the events to count, and the parameters. Values are passed only
        as parameters, so no SQL can be injected."""
        join, params = "", []
        if self.by is By.PLACE:
            groups = self.groups or {}
            join = "LEFT JOIN unnest(%s::uuid[], %s::text[]) AS g (place, name) ON g.place = e.place"
            params = [[str(place) for place in groups], list(groups.values())]
        if self.by is By.CATEGORY:
            join = "CROSS JOIN LATERAL unnest(string_to_array(e.facts ->> 'categories', '.')) AS c (name)"
        where = "WHERE e.actor IS NOT NULL AND e.at >= %s AND e.at < %s AND e.outcome = ANY (%s)"
        bounds: list[Any] = [self.start, self.end, list(self.outcomes)]
        if self.kinds:
            where, bounds = f"{where} AND e.kind = ANY (%s)", [*bounds, list(self.kinds)]
        return f"FROM audit_event e {join} {where}", [*params, *bounds]


def overflow() -> int:
    """Return the number of events stored outside all monthly partitions. If it is not zero, the monthly partitions have
    not been created in time."""
    return int(_rows("SELECT audit_events_without_month()", [])[0][0])


def _rows(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
