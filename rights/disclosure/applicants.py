"""The access report for an applicant for housing: the stored data, and who opened the application, when and why.

An employee for whom the application is open prints the report at the desk. All applicants of one application may read
all of it, because they applied together. Sealed grounds (sensitive reasons for priority) are left out: neither the
employee nor another applicant may learn of them. `exclusions` lists all data that the report leaves out, and why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from access.guard.context import AccessContext
from allocations.models import (
    Applicant,
    Application,
    Candidacy,
    ClosingWarning,
    Decision,
    HandOver,
    HouseholdMember,
    Income,
    OccasionReason,
    Offer,
    OwedExamination,
    Priority,
    ScoreBand,
    Sheet,
    SupportingDocument,
)
from allocations.vocabulary import EQUIPMENT, SUPPORTING_DOCUMENTS
from rights.disclosure.looks import Seen
from rights.disclosure.sections import Cents, Part


@dataclass(frozen=True)
class ApplicantLook(Seen):
    """An audit event about an application. `occasion` is the code of the reason for which the employee could open the
    application."""

    occasion: str = ""

    @property
    def why(self) -> Promise | str:
        if self.occasion in OccasionReason.values:
            return OccasionReason(self.occasion).label
        return super().why


@dataclass(frozen=True)
class ApplicantReport:
    parts: Sequence[Part]
    looks: Sequence[ApplicantLook]

    @property
    def purposes(self) -> list[Part]:
        """The sections with data, grouped by purposes and retention periods. The report states both once per group.

        Each group is one `Part`, whose title names the sections.
        """
        groups: dict[Any, list[Part]] = {}
        for part in self.parts:
            if part.rows:
                activities = tuple(activity.code for activity in part.processing_activities)
                periods = tuple(period.code for period in part.retention_periods)
                groups.setdefault((activities, periods), []).append(part)
        return [
            Part(
                "purpose",
                ", ".join(str(part.title) for part in parts),
                tuple(m for p in parts for m in p.models),
                (),
                (),
            )
            for parts in groups.values()
        ]


def applicant_report_of(access: AccessContext, application: Application) -> ApplicantReport:
    return ApplicantReport(list(_OnApplication(access, application).parts()), application_looks(application))


def application_looks(application: Application) -> list[ApplicantLook]:
    """Return the audit events about an application, oldest first, if the application is open to the current person.

    Events older than the retention period of the audit log no longer exist.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, at, kind, purpose, outcome, role, NULL, occasion FROM rights_applicant_looks(%s)",
            [application.pk],
        )
        return [ApplicantLook(*row) for row in cursor.fetchall()]


class _OnApplication:
    """Builds the sections of the report from the rows of one application."""

    def __init__(self, access: AccessContext, application: Application) -> None:
        self.access, self.application = access, application

    def rows(self, model: type[Model]) -> Any:
        return self.access.rows(model).filter(application=self.application)

    def parts(self) -> Iterable[Part]:
        yield self.application_part()
        yield self.applicants_part()
        yield self.members_part()
        yield self.incomes_part()
        yield self.documents_part()
        yield self.priorities_part()
        yield self.points_part()
        yield self.warnings_part()
        yield self.candidacies_part()
        yield self.sheets_part()
        yield self.decisions_part()
        yield self.owed_part()
        yield self.offers_part()

    def application_part(self) -> Part:
        application = self.application
        rooms = f"{application.rooms_from} – {application.rooms_to}" if application.rooms_from else ""
        source = _("un fichier du système d’enregistrement") if application.registered_by_id is None else _("un agent")
        fields: list[tuple[str, Any]] = [
            (_("Numéro unique"), application.number),
            (_("Suivie par"), application.kept_at.name),
            (_("Déposée le"), application.filed_on),
            (_("Enregistrée ici le"), application.registered_on),
            (_("Enregistrée par"), source),
            (_("À renouveler avant le"), application.renew_by),
            (_("Attestation remise le"), application.certified_on),
            (_("Rappel envoyé le"), application.reminded_on),
            (_("État"), application.get_state_display()),
            (_("Logement actuel"), application.get_housing_display()),
            (_("Pièces souhaitées"), rooms),
            (_("Équipements nécessaires"), ", ".join(EQUIPMENT.label(code) for code in application.equipment)),
            (_("Radiée le"), application.closed_on),
            (_("Motif de radiation"), application.get_closing_motive_display()),
        ]
        rows = [field for field in fields if field[1]]
        return Part("application", _("Votre demande de logement"), (Application,), (_("Donnée"), _("Valeur")), rows)

    def applicants_part(self) -> Part:
        rows = [
            (
                applicant.get_tie_display(),
                applicant.display_name,
                applicant.birth_date,
                applicant.phone,
                applicant.email,
                " ".join(filter(None, (applicant.street, applicant.postcode, applicant.city))),
                _yes(applicant.cmi),
            )
            for applicant in self.rows(Applicant).order_by("tie", "id")
        ]
        contact = (_("Téléphone"), _("Courriel"), _("Adresse postale"))
        columns = (_("Lien"), _("Nom"), _("Né le"), *contact, _("Carte « invalidité »"))
        return Part("applicants", _("Demandeurs"), (Applicant,), columns, rows)

    def members_part(self) -> Part:
        rows = [
            (
                member.get_tie_display(),
                member.birth_date,
                member.get_custody_display(),
                _yes(member.on_tax_notice),
                _yes(member.cmi),
            )
            for member in self.rows(HouseholdMember).order_by("birth_date", "id")
        ]
        columns = (_("Lien"), _("Né le, ou attendu le"), _("Garde"), _("Avis d’imposition"), _("Carte « invalidité »"))
        note = _("Sans nom : seuls le lien et la date comptent pour la taille du logement.") if rows else ""
        return Part("members", _("Autres personnes de votre foyer"), (HouseholdMember,), columns, rows, note)

    def incomes_part(self) -> Part:
        rows = [
            (
                income.signing_year,
                income.get_basis_display(),
                income.year,
                Cents(income.rfr_cents),
                _yes(income.share_only),
                income.get_proof_display() or _("déclaré, sans pièce"),
                income.assessed_on,
            )
            for income in self.rows(Income).order_by("signing_year", "year", "id")
        ]
        amount = (_("Revenu fiscal de référence"), _("Part du demandeur seul"))
        columns = (_("Pour un bail signé en"), _("Base"), _("Année"), *amount, _("Preuve"), _("Vérifié le"))
        return Part("incomes", _("Ressources"), (Income,), columns, rows)

    def documents_part(self) -> Part:
        rows = [
            (row.label, row.asked_on, row.due_on, row.seen_on, row.valid_until, row.expired_on)
            for row in self.rows(SupportingDocument).order_by("kind")
        ]
        days = (_("Vue le"), _("Valable jusqu’au"), _("Précédente expirée le"))
        columns = (_("Pièce"), _("Demandée le"), _("À fournir avant le"), *days)
        note = _("Aucune copie des pièces n’est conservée.") if rows else ""
        return Part("documents", _("Pièces demandées ou vues"), (SupportingDocument,), columns, rows, note)

    def priorities_part(self) -> Part:
        rows = [
            (priority.label, priority.get_proof_display(), priority.attested_on, priority.recorded_on, priority.ends_on)
            for priority in self.rows(Priority).order_by("code")
        ]
        columns = (_("Priorité"), _("Preuve"), _("Preuve du"), _("Enregistrée ici le"), _("Jusqu’au"))
        # Every report has the note on sealed (sensitive) grounds, so that nobody learns whether a sealed ground exists.
        note = _(
            "Les motifs réservés n’apparaissent jamais ici. La personne concernée peut demander à l’examinateur des "
            "motifs réservés ce qui est conservé à ce sujet : l’agent lui transmet la demande, sans en savoir plus."
        )
        return Part("priorities", _("Priorités"), (Priority,), columns, rows, note)

    def points_part(self) -> Part:
        rows = [(band.computed_on, band.verified, band.declared) for band in self.rows(ScoreBand)]
        columns = (_("Calculée le"), _("Tranche, données vérifiées"), _("Tranche, données déclarées"))
        note = _("L’agent lit cette tranche, et non les points.") if rows else ""
        return Part("points", _("Cotation"), (ScoreBand,), columns, rows, note)

    def warnings_part(self) -> Part:
        rows = [
            (
                warning.get_motive_display(),
                warning.sent_on,
                warning.get_delivery_display(),
                warning.delivered_on,
                warning.withdrawn_on,
            )
            for warning in self.rows(ClosingWarning).order_by("sent_on", "id")
        ]
        columns = (_("Motif"), _("Envoyé le"), _("Preuve de remise"), _("Remis ou présenté le"), _("Retiré le"))
        return Part("warnings", _("Avertissements avant radiation"), (ClosingWarning,), columns, rows)

    def of_candidacies(self, model: type[Model]) -> Any:
        rows = self.access.rows(model).filter(candidacy__application=self.application)
        return rows.select_related("candidacy").order_by("candidacy__designated_on", "candidacy__id")

    def candidacies_part(self) -> Part:
        rows = [
            (
                row.number,
                row.designated_on,
                row.rank or "",
                row.contingent.holder if row.contingent else _("l’organisme"),
                row.get_state_display(),
            )
            for row in self.rows(Candidacy).select_related("contingent").order_by("designated_on", "id")
        ]
        columns = (_("Fiche"), _("Désignée le"), _("Rang de la présélection"), _("Désignée par"), _("État"))
        return Part("candidacies", _("Candidatures à un logement"), (Candidacy,), columns, rows)

    def sheets_part(self) -> Part:
        rows = [
            (
                row.candidacy.number,
                row.prepared_on,
                f"{row.persons} ({row.children})",
                row.category or "",
                _("%(from)s à %(to)s %%") % {"from": 10 * row.income_bracket, "to": 10 * row.income_bracket + 10}
                if row.income_bracket is not None
                else "",
                f"{row.ceiling_euros or ''} / {row.highest_ceiling_euros or ''}",
                row.waited_months,
                " / ".join(str(band) for band in (row.verified, row.declared) if band is not None),
                _yes(row.priority),
                Cents(row.resources_cents) if row.resources_cents is not None else "",
                Cents(row.aid_cents) if row.aid_cents is not None else "",
                f"{row.effort_permille / 10:n} %" if row.effort_permille is not None else "",
                Cents(row.residual_cents) if row.residual_cents is not None else "",
                _yes(row.equipment_lacking),
                ", ".join(SUPPORTING_DOCUMENTS.label(kind) for kind in row.documents_to_come),
                _yes(row.owner_suited),
            )
            for row in self.of_candidacies(Sheet)
        ]
        money = (_("Ressources mensuelles"), _("Aide estimée"), _("Taux d’effort"), _("Reste à vivre"))
        household = (_("Personnes (dont enfants)"), _("Catégorie"), _("Part du plafond"), _("Plafonds, en euros"))
        points = (_("Mois d’attente"), _("Tranches, vérifiée et déclarée"), _("Motif prioritaire reconnu"))
        rest = (_("Équipement absent"), _("Pièces attendues"), _("Propriétaire d’un logement adapté"))
        columns = (_("Fiche"), _("Préparée le"), *household, *points, *money, *rest)
        note = _("La commission lit cette fiche sans votre nom.") if rows else ""
        return Part("sheets", _("Fiches lues par la commission"), (Sheet,), columns, rows, note)

    def decisions_part(self) -> Part:
        rows = [
            (
                row.candidacy.number,
                row.get_kind_display(),
                row.rank or "",
                row.get_motive_display(),
                ", ".join(map(str, row.figures)),
                row.get_missing_document_display(),
                row.document_by,
                row.get_outcome_display(),
            )
            for row in self.of_candidacies(Decision)
        ]
        condition = (_("Pièce manquante"), _("À fournir avant le"))
        columns = (_("Fiche"), _("Décision"), _("Rang"), _("Motif"), _("Chiffres du motif"), *condition, _("Issue"))
        return Part("decisions", _("Décisions de la commission"), (Decision,), columns, rows)

    def owed_part(self) -> Part:
        rows = [(row.owed_since, row.met_on) for row in self.rows(OwedExamination).order_by("owed_since", "id")]
        columns = (_("Due depuis le"), _("Remplie le"))
        note = (
            _(
                "Pour le premier logement adapté hors des résidences fragiles, la commission doit examiner "
                "votre demande en premier."
            )
            if rows
            else ""
        )
        return Part("owed", _("Examen en premier"), (OwedExamination,), columns, rows, note)

    def offers_part(self) -> Part:
        handed = {row.candidacy_id: row for row in self.of_candidacies(HandOver)}
        rows = [
            (
                row.candidacy.number,
                row.sent_on,
                row.get_delivery_display(),
                row.notified_on,
                row.notification_recorded_on,
                row.answer_by,
                row.get_answer_display(),
                row.answered_on,
                row.renounced_on,
                *_handed(handed.get(row.candidacy_id)),
            )
            for row in self.of_candidacies(Offer)
        ]
        answer = (_("Répondre avant la fin du"), _("Réponse"), _("Répondu le"), _("Renoncé le"))
        lease = (
            _("Transmise pour le bail le"),
            _("Bail signé le"),
            _("Quartile"),
            _("Priorité"),
            _("DALO"),
            _("Discrétion demandée"),
        )
        columns = (
            _("Fiche"),
            _("Envoyée le"),
            _("Notification"),
            _("Notifiée le"),
            _("Enregistrée ici le"),
            *answer,
            *lease,
        )
        return Part("offers", _("Propositions de logement"), (Offer, HandOver), columns, rows)


def _handed(row: HandOver | None) -> tuple[Any, ...]:
    if row is None:
        return ("",) * 6
    facts = (_yes(row.priority), _yes(row.dalo), _yes(row.discreet))
    return (row.handed_on, row.signed_on, row.quartile or "", *facts)


def _yes(value: bool) -> str:
    return _("oui") if value else ""
