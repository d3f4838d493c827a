"""Exhibits E4 and E5: which employees could see which tenants on a day, and by which rule.

Exhibits E7 and E8: how access was requested, granted, ended and reviewed.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from access.compartments import PLACED, Compartment
from access.grants.grant_terms import DORMANT
from access.grants.reviews import reviews_due
from access.grants.wording import COMPARTMENTS
from access.guard.context import AccessContext
from access.models import AccessRequest, Assignment, Person, Place, RightsReview
from access.permissions import Permission
from access.reach import buildings_reached, people_reaching, residents_reached
from access.roles import ROLES
from audit.events import PERSON_CLOSED
from audit.models import Event
from audit.record import Subject
from inspection.exhibits.answers import names_of, query_rows
from inspection.exhibits.question import AccountOnADay, ColleagueOnADay, Question
from inspection.exhibits.shape import Row, Table
from oversight.audit_log.lines import path_names

YEAR = timedelta(days=366)


def who_sees(access: AccessContext, question: AccountOnADay) -> list[Table]:
    """Exhibit E4: which employees could see a household's data on a day.

    The first table lists employees whose assignments include the household's building. The second table lists employees
    who could not see the household despite an assignment, or could see it for another reason, such as an emergency.
    """
    reference, day = question.cleaned_data["reference"], question.cleaned_data["day"]
    rows = query_rows(
        "SELECT account, lease, building, residents FROM inspection_exhibit_account(%s, %s)", reference, day
    )
    if not rows:
        question.add_error("reference", _("Aucun compte n’a cette référence."))
        return []
    account, lease, building, residents = rows[0]
    access.about, access.place = Subject("account", account), building
    apart = query_rows("SELECT way, person, first_day, last_day FROM inspection_exhibit_exclusions(%s, %s)", lease, day)
    note = _("%(place)s. Occupants du bail ce jour-là : %(n)s.")
    where = {"place": " › ".join(path_names(building)), "n": residents}
    return [
        table_of_access(access, building, day, _Exclusions(apart), f"{note % where} {_counts_when()}"),
        table_of_exceptions(access, apart),
    ]


def table_of_access(access: AccessContext, building: UUID, day: date, exclusions: "_Exclusions", note: str) -> Table:
    """Return the table of assignments that included the building on a day.

    For each assignment, the table lists which kinds of data about the household the employee could open. Kinds that
    `exclusions` closes to this employee are left out.
    """
    rules = [rule for rule in people_reaching(building, day) if ROLES[rule.role].compartments & PLACED]
    assignments = access.rows(Assignment).filter(pk__in=[rule.assignment for rule in rules])
    rows: list[Row] = []
    people: list[UUID] = []
    for row in assignments.order_by("role", "person__name"):
        reached = [compartment for compartment in Compartment if compartment in ROLES[row.role].compartments & PLACED]
        opens = [compartment for compartment in reached if not exclusions.apply_to(row, compartment)]
        words = " ; ".join(str(COMPARTMENTS[compartment]) for compartment in opens)
        days: Row = [row.first_day, row.until, row.hours_text]
        rows.append([row.person.name, row.role_name, row.place.name, *days, words or _("aucun accès")])
        people.append(row.person_id)
    heads = [_("Agent"), _("Rôle"), _("Affectation au lieu"), _("Du"), _("Au"), _("Heures"), _("Données accessibles")]
    return Table(_("Agents qui ont accès par une affectation"), heads, rows, note, people=people)


def table_of_exceptions(access: AccessContext, apart: list[tuple[Any, ...]]) -> Table:
    """Return the table of employees to whom a household was closed or opened regardless of their assignments.

    Each row of `apart` has the reason, the employee's id, and the first and last day on which the reason applied.
    """
    ways = {
        "wall": _("conflit d’intérêts"),
        "discreet": _("discrétion : dossier absent des listes"),
        "named": _("agent nommé malgré la discrétion"),
        "emergency": _("accès d’urgence, 45 minutes"),
    }
    names = names_of(access, (person for _way, person, *_days in apart))
    return Table(
        _("Agents sans accès, ou avec un autre accès"),
        [_("Règle"), _("Agent"), _("Du"), _("Au")],
        [[ways[way], names.get(person), first, last] for way, person, first, last in apart],
        _(
            "Un dossier peut être fermé à un agent. La discrétion le ferme à tous les agents, sauf à ceux "
            "qui sont nommés."
        ),
    )


def _counts_when() -> str:
    return _(
        "Une astreinte est comptée aujourd’hui à la minute ; un autre jour, dès qu’elle comprend une heure de ce jour."
    )


class _Exclusions:
    """Determines which data of a household an employee cannot open although their assignment includes its building.

    The reason is a conflict of interest or a discreet mark (hides a household for its safety). Limits:

    - Every manager reads that a sentence about the household was refused and contested, but never the sentence itself.
    - Data stewards and data protection officers of the whole landlord read legacy comments about all households.
    - Accounting pages show ledger entries of a household with a discreet mark, because entries contain no names.
    - The evacuation list shows only the door of a household with a discreet mark, to everybody.
    """

    def __init__(self, apart: Iterable[tuple[Any, ...]]) -> None:
        pairs = [(way, person) for way, person, *_days in apart]
        self.walled = {person for way, person in pairs if way == "wall"}
        self.named = {person for way, person in pairs if way == "named"}
        self.discreet = any(way == "discreet" for way, _person in pairs)

    def apply_to(self, row: Assignment, compartment: Compartment) -> bool:
        weighs = compartment is Compartment.TRIAGE and Permission.CONTESTS_READ in ROLES[row.role].permissions
        if compartment is Compartment.CONTESTS or weighs:
            return False
        if row.person_id in self.walled:
            return True
        if not self.discreet or compartment is Compartment.BOOKS:
            return False
        return compartment is Compartment.EVACUATION or row.person_id not in self.named


def what_is_seen(access: AccessContext, question: ColleagueOnADay) -> list[Table]:
    """Exhibit E5: an employee's assignments on a day, and how many residents of each building they could see."""
    person, day = question.cleaned_data["person"], question.cleaned_data["day"]
    access.note(person=person.pk)
    posts = access.rows(Assignment).filter(person=person).during(day, day).order_by("role", "place__name")
    rows: list[Row] = [
        [row.role_name, row.place.name, row.first_day, row.until, row.hours_text,
         access.rows(Place).under(row.place).buildings().count()]
        for row in posts
    ]  # fmt: skip
    return [
        Table(
            _("Affectations de ce jour-là"),
            [_("Rôle"), _("Lieu"), _("Du"), _("Au"), _("Heures"), _("Bâtiments")],
            rows,
            _counts_when(),
            people=[person.pk],
        ),
        table_of_reach(access, person, day),
    ]


def table_of_reach(access: AccessContext, person: Person, day: date) -> Table:
    """Return the table of buildings within the person's assignments on a day.

    For each building it shows the compartments (kinds of data) that the person could open, and the number of residents.
    """
    counts = dict(query_rows("SELECT building, residents FROM tenants_reached_by_place(%s, %s)", person.pk, day))
    placed = [compartment for compartment in Compartment if compartment in PLACED]
    per = {compartment: buildings_reached(person.pk, compartment, day) for compartment in placed}
    places = access.rows(Place).filter(pk__in=set().union(*per.values())).select_related("parent")
    rows: list[Row] = []
    for place in places.order_by("parent__name", "name"):
        opens = " ; ".join(str(COMPARTMENTS[compartment]) for compartment, ids in per.items() if place.pk in ids)
        rows.append([place.name, place.parent.name if place.parent else "", opens, counts.get(place.pk, 0)])
    return Table(
        _("Données accessibles, par bâtiment"),
        [_("Bâtiment"), _("Rattaché à"), _("Données accessibles"), _("Occupants")],
        rows,
        _(
            "Total des occupants accessibles : %(n)s. Cette pièce n’indique aucun compte ni aucune "
            "référence : voir la pièce E4."
        )
        % {"n": residents_reached(person.pk, day)},
    )


# --- E7 ---------------------------------------------------------------------------------------------------------------


def habilitations(access: AccessContext, question: Question) -> list[Table]:
    people = {person.pk: person for person in access.rows(Person).select_related("employed_at")}
    return [
        table_of_requests(access),
        table_of_on_call_duties(access, people),
        table_of_ended_assignments(access, people),
        table_of_late_closings(access, people),
        table_of_dormant_accounts(access, people.values()),
        table_of_shared_sign_ins(people),
        table_of_machines(people.values()),
    ]


def table_of_requests(access: AccessContext) -> Table:
    rows: list[Row] = []
    for row in access.rows(AccessRequest).order_by("-asked_at"):
        request = [row.asked_at, row.asked_by.name, row.whose, row.role_name, row.place.name]
        by = row.decided_by.name if row.decided_by else ""
        rows.append([*request, row.decision_text, by, row.decided_at])
    return Table(
        _("Demandes et décisions"),
        [_("Demandée le"), _("Par"), _("Pour"), _("Rôle"), _("Lieu"), _("Décision"), _("Par"), _("Le")],
        rows,
        _("Toutes les demandes conservées. La personne qui demande n’approuve jamais."),
    )


def table_of_on_call_duties(access: AccessContext, people: dict[UUID, Person]) -> Table:
    duties = access.rows(Assignment).filter(from_hour__isnull=False, last_day__gte=access.day - YEAR)
    return Table(
        _("Astreintes des douze derniers mois"),
        [_("Agent"), _("Rôle"), _("Lieu"), _("Du"), _("Au"), _("Heures"), _("Confiée par"), _("Le")],
        [
            [row.person.name, row.role_name, row.place.name, row.first_day, row.until, row.hours_text,
             _name(people, row.given_by_id), row.given_at]
            for row in duties.order_by("-first_day", "person__name", "pk")
        ],
        _(
            "Une astreinte comporte des heures et est confiée par le responsable de ses lieux, pour un mois au "
            "plus."
        ),
    )  # fmt: skip


def table_of_ended_assignments(access: AccessContext, people: dict[UUID, Person]) -> Table:
    """Return the table of assignments that somebody ended before their last day, in the last year."""
    ended = access.rows(Assignment).filter(ended_on__gte=access.day - YEAR).order_by("-ended_on")
    return Table(
        _("Affectations terminées avant la date prévue, sur douze mois"),
        [_("Agent"), _("Rôle"), _("Lieu"), _("Heures"), _("Premier jour sans accès"), _("Motif"), _("Par")],
        [
            [row.person.name, row.role_name, row.place.name, row.hours_text, row.ended_on,
             row.get_end_reason_display(), _name(people, row.ended_by_id)]
            for row in ended
        ],
    )  # fmt: skip


def table_of_late_closings(access: AccessContext, people: dict[UUID, Person]) -> Table:
    """Return the table of people who could sign in for more than a day after their last assignment ended.

    Their sign-in was closed late, or is still open.
    """
    closings = access.rows(Event).filter(kind=PERSON_CLOSED.code).order_by("at")
    closed = {event.facts.get("person"): timezone.localdate(event.at) for event in closings}
    last: dict[UUID, date] = {}
    for row in access.rows(Assignment):
        last[row.person_id] = max(last.get(row.person_id, row.until), row.until)
    rows: list[Row] = []
    for key, until in sorted(last.items(), key=lambda pair: pair[1]):
        person = people.get(key)
        closed_on = None if person is None or person.is_active else closed.get(str(key))
        if person and (person.is_active or closed_on):
            days = ((closed_on or access.day) - until).days
            if days > 1:
                rows.append([person.name, until, closed_on, days])
    return Table(
        _("Connexions fermées en retard"),
        [_("Agent"), _("Dernier jour d’affectation"), _("Connexion fermée le"), _("Jours de retard")],
        rows,
        _("Un compte sans affectation n’ouvre aucun dossier, mais doit être fermé au départ de la personne."),
    )


def table_of_dormant_accounts(access: AccessContext, people: Iterable[Person]) -> Table:
    long_ago, assignments = access.at - DORMANT, set(access.rows(Assignment).in_force(access.day).order_by().distinct())
    busy = [row.person_id for row in assignments]
    dormant = [
        person
        for person in people
        if person.is_active and not person.is_machine and (person.last_login or person.joined_at) < long_ago
    ]
    return Table(
        _("Comptes dormants"),
        [_("Agent"), _("Rattaché à"), _("Dernière connexion"), _("Affectations en cours")],
        [[person.name, person.employed_at.name, person.last_login, busy.count(person.pk)] for person in dormant],
        _("Comptes ouverts, sans connexion depuis quatre-vingt-dix jours."),
    )


def table_of_shared_sign_ins(people: dict[UUID, Person]) -> Table:
    """Return the table of people with sessions from several addresses or devices.

    A person in the table may share the sign-in with others, or just use a telephone and a computer.
    """
    sessions = query_rows("SELECT person, sessions, addresses, devices, first, last FROM access_inspected_sessions()")
    note = _(
        "Un agent peut utiliser un téléphone et un ordinateur : cette liste sert à poser une question, pas "
        "à conclure. L’adresse et l’appareil sont ceux de l’ouverture de la session, et la trace ne les "
        "conserve pas. Le prêt d’un compte sur un même ordinateur n’apparaît pas ici."
    )
    return Table(
        _("Sessions ouvertes de deux adresses ou de deux appareils"),
        [_("Agent"), _("Sessions"), _("Adresses"), _("Appareils"), _("Première ouverture"), _("Dernière ouverture")],
        sorted(([_name(people, who), *counted] for who, *counted in sessions), key=lambda row: str(row[0])),
        note,
    )


def table_of_machines(people: Iterable[Person]) -> Table:
    machines = (person for person in people if person.is_machine)
    return Table(
        _("Comptes de programmes"),
        [_("Programme"), _("Rattaché à"), _("Ouvert")],
        [[machine.name, machine.employed_at.name, _("oui") if machine.is_active else _("non")] for machine in machines],
        _("Aucun compte n’est partagé : chaque compte a un nom, une adresse unique et son second facteur."),
    )


def _name(people: dict[UUID, Person], key: UUID | None) -> str:
    return people[key].name if key in people else ""


# --- E8 ---------------------------------------------------------------------------------------------------------------


def yearly_review(access: AccessContext, question: Question) -> list[Table]:
    signed = list(access.rows(RightsReview).order_by("-signed_on", "-pk"))
    return [table_of_reviews(signed), table_of_withdrawn_rights(signed), table_of_late_reviews(access)]


def table_of_reviews(signed: list[RightsReview]) -> Table:
    rows: list[Row] = []
    for review in signed:
        statement = review.statement
        places = ", ".join(dict.fromkeys(place["name"] for place in statement["places"]))
        confirmed = len(statement["rights"]) - review.ended
        signature = f"{review.key_id} {review.signature}"
        rows.append([review.signed_on.year, review.signed_by.name, places, review.signed_on, confirmed, review.ended,
                     signature])  # fmt: skip
    return Table(
        _("Revues signées"),
        [_("Année"), _("Responsable"), _("Lieux"), _("Signée le"), _("Confirmés"), _("Retirés"),
         _("Signature (Ed25519)")],
        rows,
        _(
            "Chaque liste est signée par le responsable du lieu et ne change plus ; elle figure parmi les "
            "revues signées."
        ),
    )  # fmt: skip


def table_of_withdrawn_rights(signed: list[RightsReview]) -> Table:
    """Return the table of assignments that managers decided to end in their signed yearly reviews."""
    rows: list[Row] = []
    for review in signed:
        for right in review.statement["rights"]:
            if right["answer"] == "end":
                first, last = (date.fromisoformat(right[name]) for name in ("first_day", "last_day"))
                role = str(ROLES[right["role"]].name)
                rows.append(
                    [review.signed_on, review.signed_by.name, right["person"], role, right["place"], first, last]
                )
    return Table(
        _("Droits retirés par ces revues"),
        [_("Signée le"), _("Responsable"), _("Agent"), _("Rôle"), _("Lieu"), _("Du"), _("Fin prévue le")],
        rows,
    )


def table_of_late_reviews(access: AccessContext) -> Table:
    late = [due for due in reviews_due() if due.is_late(access.day)]
    assignments = {row.pk: row for row in access.rows(Assignment).filter(pk__in=[due.assignment for due in late])}
    rows: list[Row] = []
    for due in late:
        row = assignments[due.assignment]
        rows.append([row.person.name, row.role_name, row.place.name, due.last, due.due, (access.day - due.due).days])
    return Table(
        _("Responsables en retard"),
        [_("Responsable"), _("Rôle"), _("Lieu"), _("Dernière signature"), _("Due le"), _("Jours de retard")],
        rows,
        _("Une liste est à signer un an après la précédente du même lieu, ou un an après la prise de responsabilité."),
    )
