"""E2 and E14 to E19: subjects whose documents are partly outside Loge. Each exhibit gives what Loge knows, and names
whom to ask for the rest.
"""

from django.utils.translation import gettext as _

from access.guard.context import Look
from access.models import Assignment, Person
from access.roles import DPO, version
from audit import events, reading
from audit.events import BACKUP_TAKEN, EXPORT_TAKEN, PORTFOLIO_EXPORTED
from audit.models import Event
from audit.retention import months_kept
from audit.retention import retention as retention_of_trace
from inspection.exhibits.answers import names_of, query_rows
from inspection.exhibits.question import Question
from inspection.exhibits.shape import Row, Table
from oversight.register import dictionary
from privacy.classes import DataClass
from privacy.processing_activities import TREATMENTS
from tenants.models.subject_request import Answer, Proof, Right
from tenants.texts import measures
from tenants.vocabulary import CASE_MEASURES, CASE_REASONS

_MARKED = (DataClass.INFERABLE, DataClass.BANK, DataClass.FREE_TEXT)
MOST = 5000
# Kinds of events of the nightly erasures, and of the deletion of a month of the audit log.
_ERASURES = [
    kind.code
    for kind in (events.NOTES_EXPIRED, events.FACTS_EXPIRED, events.CONTESTS_EXPIRED, events.INSPECTIONS_EXPIRED,
                events.SUBJECT_REQUESTS_EXPIRED, events.EMERGENCIES_EXPIRED, events.DEFERRALS_EXPIRED,
                events.LOOK_QUESTIONS_EXPIRED, events.INHERITED_EXPIRED, events.TRACE_PRUNED)
]  # fmt: skip


def officers(look: Look) -> str:
    rows = look.rows(Assignment).in_force(look.day).filter(role=DPO.code)
    return ", ".join(row.person.name for row in rows) or _("la déléguée à la protection des données")


def _kept_outside(look: Look, title: str, document: str) -> Table:
    """A table that says which document is outside Loge, and whom to ask for it."""
    return Table(title, [_("Tenu hors de Loge"), _("Le demander à")], [[document, officers(look)]])


def assessment(look: Look, question: Question) -> list[Table]:
    """The impact assessment is outside Loge; the measures that it describes are in Loge."""
    document = _(
        "L’analyse d’impact et ses versions sont un écrit de l’organisme. Loge tient les mesures qu’elle décrit."
    )
    figures: list[Row] = [
        [_("Table des rôles, version"), version()],
        [_("Traitements décrits par E1"), len(TREATMENTS)],
    ]
    return [
        _kept_outside(look, _("Analyse d’impact"), document),
        Table(_("À confronter à l’analyse"), [_("Quoi"), _("Valeur")], figures),
    ]


def sensitive(look: Look, question: Question) -> list[Table]:
    rows: list[Row] = [
        [line.column, str(line.class_name), str(line.entry.treatment.name), str(line.entry.treatment.basis),
         line.recipients, str(line.entry.life.sentence)]
        for line in dictionary()
        if line.entry.data_class in _MARKED
    ]  # fmt: skip
    note = _(
        "Loge ne tient ni santé, ni origine, ni opinion, ni condamnation : aucune colonne n’est faite pour cela. "
        "Voici ce qui laisserait deviner, les coordonnées bancaires et les textes. Une aide est demandée par qui en a "
        "besoin."
    )
    heads = [_("Donnée"), _("Classe"), _("Activité"), _("Base légale"), _("Destinataires"), _("Durée")]
    return [Table(_("Données à part"), heads, rows, note)]


def retention(look: Look, question: Question) -> list[Table]:
    terms: list[Row] = [list(row) for row in query_rows("SELECT * FROM tenants_inspected_terms()")]
    texts: list[Row] = [[str(text.name), text.source, text.overdue] for text in measures()]
    erasures = look.rows(Event).filter(kind__in=_ERASURES).newest_first()[:90]
    return [
        Table(
            _("Ce qui finit un jour"),
            [_("Table"), _("Lignes tenues"), _("Prochaine fin"), _("Passées leur jour")],
            terms,
            _("Une ligne qui finit aujourd’hui est effacée cette nuit. L’élimination d’archives publiques, visée par "
              "les archives départementales, se tient hors de Loge."),
        ),
        Table(
            _("Mois de la trace"),
            [_("Mois"), _("Gardé jusqu’au"), _("Passé son jour")],
            [[f"{month:%Y-%m}", until, _("oui") if until < look.day else _("non")] for month, until in months_kept()],
            _("Un mois entier s’efface d’un coup, %(n)s mois après sa fin.") % {"n": retention_of_trace().months},
        ),
        Table(_("Textes passés leur jour"), [_("Texte"), _("Colonne"), _("Nombre")], texts),
        Table(
            _("Effacements dits par la nuit"),
            [_("Quand"), _("Quoi"), _("Nombre")],
            [[event.at, str(reading.sentence(event)), reading.how_many(event)] for event in erasures],
        ),
    ]  # fmt: skip


def rights_asked(look: Look, question: Question) -> list[Table]:
    requests = query_rows(
        "SELECT kind, proof, opened_on, due_on, extended_on, closed_on, answer, reason, measure"
        " FROM tenants_inspected_requests()"
    )
    rows: list[Row] = [
        [str(Right(kind).label), str(Proof(proof).label), opened, due, extended, closed,
         str(Answer(answer).label) if answer else _("en attente"),
         CASE_REASONS.label(reason) if reason else "", CASE_MEASURES.label(measure) if measure else ""]
        for kind, proof, opened, due, extended, closed, answer, reason, measure in requests
    ]  # fmt: skip
    answer_heads = [_("Réponse"), _("Pourquoi"), _("Ce qui a été fait")]
    heads = [_("Droit"), _("Identité"), _("Reçue le"), _("Due le"), _("Prolongée le"), _("Répondue le")]
    note = _("Sans le nom de la personne. Le contenu remis est dans le dossier du locataire (E22).")
    return [Table(_("Demandes des personnes"), [*heads, *answer_heads], rows, note)]


def notices(look: Look, question: Question) -> list[Table]:
    document = _("Les notices remises aux locataires et au personnel, leurs versions et leurs dates.")
    rights = _("Un relevé dit à la personne, à chaque fois, les finalités, les bases, les durées et ses droits (E22).")
    in_loge: list[Row] = [[_("Ce que Loge dit lui-même"), rights]]
    return [
        _kept_outside(look, _("Information des personnes"), document),
        Table(_("Dans Loge"), [_("Quoi"), _("Valeur")], in_loge),
    ]


def transmissions(look: Look, question: Question) -> list[Table]:
    kinds = (EXPORT_TAKEN.code, PORTFOLIO_EXPORTED.code, BACKUP_TAKEN.code)
    exports = list(look.rows(Event).filter(kind__in=kinds).newest_first()[:MOST])
    names = names_of(look, (event.actor for event in exports))
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
        "Loge n’envoie rien de lui-même à personne. Ce qui en est sorti est ce qu’un agent ou le serveur a emporté ; "
        "à qui il l’a transmis, et sur quel titre, se demande à l’organisme."
    )
    heads = [_("Quand"), _("Action"), _("Qui"), _("Lignes"), _("Issue")]
    return [Table(_("Fichiers emportés"), heads, rows, note)]


def processors(look: Look, question: Question) -> list[Table]:
    document = _("Les contrats des sous-traitants (art. 28), dont l’hébergeur, et leurs accès.")
    machines = look.rows(Person).filter(is_machine=True)
    assignments = look.rows(Assignment).filter(person__in=machines).order_by("person__name")
    return [
        _kept_outside(look, _("Sous-traitants"), document),
        Table(
            _("Programmes qui entrent dans Loge"),
            [_("Programme"), _("Rôle"), _("Lieu"), _("Du"), _("Au")],
            [[row.person.name, row.role_name, row.place.name, row.first_day, row.until] for row in assignments],
            _("Un éditeur n’a aucun compte. Un programme entre par un jeton, sous un rôle, un an au plus."),
        ),
    ]
