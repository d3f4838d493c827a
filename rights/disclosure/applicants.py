"""The report for an applicant for housing: what is stored about the application, and who opened it, when and why.

The employee to whom an occasion opens the application prints it for the person at the desk. The applicants of one
application filed it together, so each of them may read all of it. Sealed grounds are left out: neither the employee nor
another applicant may learn of them. `exclusions` lists what no section contains, and why.
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
    ClosingWarning,
    HouseholdMember,
    Income,
    OccasionReason,
    Priority,
    ScoreBand,
    SupportingDocument,
)
from allocations.vocabulary import EQUIPMENT
from rights.disclosure.looks import Seen
from rights.disclosure.sections import Cents, Part


@dataclass(frozen=True)
class ApplicantLook(Seen):
    """An audit event about an application. `occasion` is the code of the reason for which the application was open."""

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
    def purpose(self) -> Part | None:
        """A part over the models of all sections, which states their purposes, recipients and retention periods once.
        None if these purposes or periods differ, so that each section must state its own."""
        models = tuple(model for part in self.parts for model in part.models)
        whole = Part("purpose", _("Pourquoi ces données, pour qui, jusqu’à quand"), models, (), ())
        return whole if len(whole.processing_activities) == len(whole.retention_periods) == 1 else None


def applicant_report_of(access: AccessContext, application: Application) -> ApplicantReport:
    return ApplicantReport(list(_OnApplication(access, application).parts()), application_looks(application))


def application_looks(application: Application) -> list[ApplicantLook]:
    """Return the audit events about an application that an open occasion lets the current person see, oldest first.
    Events older than the retention period of the audit log no longer exist."""
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
            (document.label, document.asked_on, document.due_on, document.seen_on, document.valid_until)
            for document in self.rows(SupportingDocument).order_by("kind")
        ]
        columns = (_("Pièce"), _("Demandée le"), _("À fournir avant le"), _("Vue le"), _("Valable jusqu’au"))
        note = _("Aucune copie des pièces n’est conservée.") if rows else ""
        return Part("documents", _("Pièces demandées ou vues"), (SupportingDocument,), columns, rows, note)

    def priorities_part(self) -> Part:
        rows = [
            (priority.label, priority.get_proof_display(), priority.attested_on, priority.recorded_on, priority.ends_on)
            for priority in self.rows(Priority).order_by("code")
        ]
        columns = (_("Priorité"), _("Preuve"), _("Preuve du"), _("Enregistrée ici le"), _("Jusqu’au"))
        # The note is the same in each report, so that it tells nobody whether there is a sealed ground.
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


def _yes(value: bool) -> str:
    return _("oui") if value else ""
