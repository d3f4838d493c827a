"""Exhibits E2 and E14 to E19: impact assessment, sensitive data, retention, rights of people, exports, contracts.

If the landlord keeps a document outside Loge, the exhibit names the person to ask for it.
"""

from django.utils.translation import gettext as _

from access.guard.context import AccessContext
from access.models import Assignment, Person
from access.roles import DPO, version
from audit import events, reading
from audit.events import BACKUP_TAKEN, EXPORT_TAKEN, PORTFOLIO_EXPORTED
from audit.models import Event
from audit.retention import months_kept
from audit.retention import retention as audit_log_retention
from casework.vocabulary import CASE_MEASURES, CASE_REASONS
from inspection.exhibits.answers import names_of, query_rows
from inspection.exhibits.question import Question
from inspection.exhibits.shape import Row, Table
from oversight.register import dictionary
from oversight.text_columns import measures
from privacy.classes import DataClass
from privacy.processing_activities import PROCESSING_ACTIVITIES
from rights.models.subject_request import Answer, Proof, Right

_MARKED = (DataClass.INFERABLE, DataClass.BANK, DataClass.FREE_TEXT)
MOST = 5000
# Codes of the audit events that record nightly deletions, and the deletion of old months of the audit log.
_ERASURES = [
    kind.code
    for kind in (events.NOTES_EXPIRED, events.FACTS_EXPIRED, events.CONTESTS_EXPIRED, events.INSPECTIONS_EXPIRED,
                events.SUBJECT_REQUESTS_EXPIRED, events.EMERGENCIES_EXPIRED, events.DEFERRALS_EXPIRED,
                events.LOOK_QUESTIONS_EXPIRED, events.INHERITED_EXPIRED, events.CONTACTS_EXPIRED, events.TRACE_PRUNED)
]  # fmt: skip


def officers(access: AccessContext) -> str:
    rows = access.rows(Assignment).in_force(access.day).filter(role=DPO.code)
    return ", ".join(row.person.name for row in rows) or _("le délégué à la protection des données")


def _kept_outside(access: AccessContext, title: str, document: str) -> Table:
    """Return a table that names a document stored outside Loge, and the data protection officer to ask for it."""
    return Table(title, [_("Conservé hors de Loge"), _("À demander à")], [[document, officers(access)]])


def assessment(access: AccessContext, question: Question) -> list[Table]:
    """Exhibit E2: whom to ask for the impact assessment (GDPR), and figures to compare with the assessment."""
    document = _(
        "L’organisme rédige et conserve l’analyse d’impact et ses versions. Loge applique les mesures qu’elle décrit."
    )
    figures: list[Row] = [
        [_("Table des rôles, version"), version()],
        [_("Traitements décrits par E1"), len(PROCESSING_ACTIVITIES)],
    ]
    return [
        _kept_outside(access, _("Analyse d’impact"), document),
        Table(_("À comparer avec l’analyse"), [_("Élément"), _("Valeur")], figures),
    ]


def sensitive(access: AccessContext, question: Question) -> list[Table]:
    rows: list[Row] = [
        [line.column, str(line.class_name), str(line.entry.processing_activity.name),
         str(line.entry.processing_activity.basis),
         line.recipients, str(line.entry.retention_period.sentence)]
        for line in dictionary()
        if line.entry.data_class in _MARKED
    ]  # fmt: skip
    note = _(
        "Loge ne conserve aucune donnée sur la santé, l’origine, les opinions ou les condamnations : "
        "aucune colonne n’est prévue pour cela. Cette pièce liste les données qui pourraient les laisser "
        "deviner, les coordonnées bancaires et les textes. Les aides sont demandées par la personne qui en "
        "a besoin."
    )
    heads = [_("Donnée"), _("Classe"), _("Activité"), _("Base légale"), _("Destinataires"), _("Conservation")]
    return [Table(_("Données particulières"), heads, rows, note)]


def retention(access: AccessContext, question: Question) -> list[Table]:
    terms: list[Row] = [list(row) for row in query_rows("SELECT * FROM inspection_exhibit_retention()")]
    texts: list[Row] = [[str(text.name), text.source, text.overdue] for text in measures()]
    erasures = access.rows(Event).filter(kind__in=_ERASURES).newest_first()[:90]
    return [
        Table(
            _("Données qui ont une date de fin"),
            [_("Table"), _("Lignes conservées"), _("Prochaine date de fin"), _("Date de fin dépassée")],
            terms,
            _(
                "Une ligne qui prend fin aujourd’hui est effacée cette nuit. L’élimination d’archives "
                "publiques, avec le visa des archives départementales, est gérée hors de Loge."
            ),
        ),
        Table(
            _("Mois de la trace"),
            [_("Mois"), _("Conservé jusqu’au"), _("Date dépassée")],
            [[f"{month:%Y-%m}", until, _("oui") if until < access.day else _("non")] for month, until in months_kept()],
            _("Un mois entier est effacé en une fois, %(n)s mois après sa fin.") % {"n": audit_log_retention().months},
        ),
        Table(_("Textes dont la date de fin est dépassée"), [_("Texte"), _("Colonne"), _("Nombre")], texts),
        Table(
            _("Effacements de la nuit"),
            [_("Quand"), _("Élément"), _("Nombre")],
            [[event.at, str(reading.sentence(event)), reading.how_many(event)] for event in erasures],
        ),
    ]  # fmt: skip


def rights_asked(access: AccessContext, question: Question) -> list[Table]:
    requests = query_rows(
        "SELECT kind, proof, opened_on, due_on, extended_on, closed_on, answer, reason, measure"
        " FROM inspection_exhibit_subject_requests()"
    )
    rows: list[Row] = [
        [str(Right(kind).label), str(Proof(proof).label), opened, due, extended, closed,
         str(Answer(answer).label) if answer else _("en attente"),
         CASE_REASONS.label(reason) if reason else "", CASE_MEASURES.label(measure) if measure else ""]
        for kind, proof, opened, due, extended, closed, answer, reason, measure in requests
    ]  # fmt: skip
    answer_heads = [_("Réponse"), _("Motif"), _("Ce qui a été fait")]
    heads = [_("Droit"), _("Identité"), _("Reçue le"), _("Due le"), _("Prolongée le"), _("Réponse le")]
    note = _("Le nom de la personne n’est pas indiqué. Le contenu remis figure dans le dossier du locataire (E22).")
    return [Table(_("Demandes des personnes"), [*heads, *answer_heads], rows, note)]


def notices(access: AccessContext, question: Question) -> list[Table]:
    document = _("Les notices remises aux locataires et au personnel, leurs versions et leurs dates.")
    rights = _(
        "Un relevé de données indique à la personne les finalités, les bases légales, les durées et ses droits (E22)."
    )
    in_loge: list[Row] = [[_("Informations données par Loge"), rights]]
    return [
        _kept_outside(access, _("Information des personnes"), document),
        Table(_("Dans Loge"), [_("Élément"), _("Valeur")], in_loge),
    ]


def transmissions(access: AccessContext, question: Question) -> list[Table]:
    kinds = (EXPORT_TAKEN.code, PORTFOLIO_EXPORTED.code, BACKUP_TAKEN.code)
    exports = list(access.rows(Event).filter(kind__in=kinds).newest_first()[:MOST])
    names = names_of(access, (event.actor for event in exports))
    rows: list[Row] = [
        [
            event.at,
            str(reading.sentence(event)),
            names.get(event.actor, event.machine),
            event.count,
            str(reading.OUTCOMES[event.outcome]),
        ]
        for event in exports
    ]
    note = _(
        "Loge n’envoie aucune donnée de lui-même. Les données sorties ont été exportées par un agent ou "
        "par le serveur ; demandez à l’organisme à qui elles ont été transmises, et à quel titre."
    )
    heads = [_("Quand"), _("Action"), _("Qui"), _("Lignes"), _("Issue")]
    return [Table(_("Fichiers exportés"), heads, rows, note)]


def processors(access: AccessContext, question: Question) -> list[Table]:
    document = _("Les contrats des sous-traitants (art. 28), dont celui de l’hébergeur, et leurs accès.")
    machines = access.rows(Person).filter(is_machine=True)
    assignments = access.rows(Assignment).filter(person__in=machines).order_by("person__name")
    return [
        _kept_outside(access, _("Sous-traitants"), document),
        Table(
            _("Programmes qui ont accès à Loge"),
            [_("Programme"), _("Rôle"), _("Lieu"), _("Du"), _("Au")],
            [[row.person.name, row.role_name, row.place.name, row.first_day, row.until] for row in assignments],
            _(
                "Aucun éditeur de logiciel n’a de compte. Un programme utilise un jeton, avec un rôle, pour un "
                "an au plus."
            ),
        ),
    ]
