"""Candidacies (applications designated for a vacancy), and the numbered sheets without names that the commission
reads."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet, within
from allocations.models.application import Application, OnOccasion
from allocations.models.contingent import Contingent, OwnContingent
from allocations.models.session import AgendaItem, OwnSession
from allocations.models.vacancy import TELLS_OUTCOME, Vacancy
from allocations.vocabulary import SUPPORTING_DOCUMENTS
from audit.record import Subject
from privacy.classes import DataClass
from privacy.processing_activities import CANDIDACIES
from privacy.retention import DataPolicy
from privacy.retention_periods import CANDIDACY


class CandidacyState(models.TextChoices):
    DESIGNATED = "designated", _("désignée")
    PRESENTED = "presented", _("présentée")
    WITHDRAWN = "withdrawn", _("retirée avant la commission")
    RANKED = "ranked", _("classée")
    CONDITIONAL = "conditional", _("attribuée sous condition")
    DECLINED = "declined", _("non attribuée")
    INADMISSIBLE = "inadmissible", _("irrecevable")
    OFFERED = "offered", _("logement proposé")
    ACCEPTED = "accepted", _("logement accepté")
    REFUSED = "refused", _("logement refusé")
    SILENT = "silent", _("sans réponse")
    RENOUNCED = "renounced", _("renonciation après acceptation")


# States of a candidacy before the commission's decision.
BEFORE_DECISION = (CandidacyState.DESIGNATED, CandidacyState.PRESENTED)
UNDER_WAY = (
    *BEFORE_DECISION,
    CandidacyState.RANKED,
    CandidacyState.CONDITIONAL,
    CandidacyState.OFFERED,
    CandidacyState.ACCEPTED,
)
# States in which a candidacy may receive the offer of the dwelling when its rank is next.
TO_OFFER = (CandidacyState.RANKED, CandidacyState.CONDITIONAL)


class CandidacyQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the candidacies that the person may read: as an officer of the vacancy's place, as a member of its
        session, as a person who has opened the application, or for their reserving body.

        Members and reserving bodies do not get the column `state`, because it could disclose an outcome to a recused
        member, or before the minutes are signed.
        """
        if compartment is Compartment.POOL:
            return self.filter(within("vacancy__building", person, compartment)).defer("application")
        if compartment is Compartment.COMMITTEE:
            hidden = (f"vacancy__{name}" for name in TELLS_OUTCOME)
            return self.filter(Q(OwnSession("item__session", person.pk))).defer("application", "state", *hidden)
        if compartment is Compartment.CONTINGENT:
            return self.filter(Q(OwnContingent("contingent", person.pk))).defer("application", "state")
        if compartment is Compartment.APPLICANTS:
            return self.filter(Q(OnOccasion("application", person.pk, compartment.value)))
        return self.none()


class Candidacy(models.Model):
    """An application designated for a vacancy. `number` is the number of its sheet, from 1 for each vacancy.
    `application` is null once the application is deleted; the remaining data do not identify anyone. `rank` is the rank
    in the shortlist, or null if a reserving body designated the candidate."""

    privacy = {
        "id": DataClass.PLAIN,
        "vacancy": DataClass.PLAIN,
        "item": DataClass.PLAIN,
        "application": DataClass.PERSONAL,
        "number": DataClass.PLAIN,
        "rank": DataClass.PERSONAL,
        "contingent": DataClass.PLAIN,
        "designated_on": DataClass.PERSONAL,
        "designated_by": DataClass.PERSONAL,
        "state": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(CANDIDACIES, CANDIDACY)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    vacancy = models.ForeignKey(Vacancy, models.PROTECT, related_name="candidacies", db_index=False)
    item = models.ForeignKey(AgendaItem, models.SET_NULL, null=True, related_name="candidacies")
    application = models.ForeignKey(Application, models.SET_NULL, null=True, related_name="candidacies")
    number = models.PositiveSmallIntegerField(_("numéro de fiche"))
    rank = models.PositiveSmallIntegerField(_("rang de la présélection"), null=True)
    contingent = models.ForeignKey(Contingent, models.PROTECT, null=True, related_name="+")
    designated_on = models.DateField()
    designated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(
        _("état"), max_length=16, choices=CandidacyState.choices, default=CandidacyState.DESIGNATED
    )

    objects = CandidacyQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["vacancy", "application"],
                name="candidacy_once",
                violation_error_message=_("Cette demande est déjà candidate à ce logement."),
            ),
            models.UniqueConstraint(
                fields=["vacancy", "number"],
                name="candidacy_number_once",
                violation_error_message=_("Ce numéro de fiche existe déjà."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=CandidacyState.values),
                name="candidacy_state_known",
                violation_error_message=_("Cet état n’existe pas."),
            ),
        ]

    def __str__(self) -> str:
        return f"candidacy {self.pk}"

    @property
    def building_id(self) -> uuid.UUID:
        building: uuid.UUID = self.vacancy.building_id
        return building

    def subject(self) -> Subject:
        return Subject("candidacy", self.pk)


class OfCandidacyQuerySet(ScopedQuerySet):
    """Rows with a field `candidacy`, visible to those who may read the candidacy."""

    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        if compartment is Compartment.POOL:
            return self.filter(within("candidacy__vacancy__building", person, compartment))
        if compartment is Compartment.COMMITTEE:
            return self.filter(Q(OwnSession("candidacy__item__session", person.pk)))
        if compartment is Compartment.APPLICANTS:
            return self.filter(Q(OnOccasion("candidacy__application", person.pk, compartment.value)))
        return self.none()


class Sheet(models.Model):
    """What the commission reads of a candidate: coded facts without a name, as on the day of preparation.

    Amounts are in cents a month. `effort_permille` is the rent-to-income ratio. `income_bracket` is in tenths of the
    dwelling's income ceiling, so 6 means 60 % to less than 70 %.
    """

    privacy = {
        "candidacy": DataClass.PLAIN,
        "prepared_on": DataClass.PERSONAL,
        "prepared_by": DataClass.PERSONAL,
        "persons": DataClass.PERSONAL,
        "children": DataClass.PERSONAL,
        "category": DataClass.PERSONAL,
        "income_bracket": DataClass.PERSONAL,
        "ceiling_euros": DataClass.PERSONAL,
        "highest_ceiling_euros": DataClass.PERSONAL,
        "waited_months": DataClass.PERSONAL,
        "verified": DataClass.PERSONAL,
        "declared": DataClass.PERSONAL,
        "priority": DataClass.INFERABLE,
        "resources_cents": DataClass.PERSONAL,
        "aid_cents": DataClass.PERSONAL,
        "effort_permille": DataClass.PERSONAL,
        "residual_cents": DataClass.PERSONAL,
        "equipment_lacking": DataClass.INFERABLE,
        "documents_to_come": DataClass.PERSONAL,
        "owner_suited": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(CANDIDACIES, CANDIDACY)

    candidacy = models.OneToOneField(Candidacy, models.CASCADE, primary_key=True, related_name="sheet")
    prepared_on = models.DateField()
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    persons = models.PositiveSmallIntegerField(_("personnes"))
    children = models.PositiveSmallIntegerField(_("enfants"))
    category = models.PositiveSmallIntegerField(_("catégorie de ménage"), null=True)
    income_bracket = models.PositiveSmallIntegerField(_("ressources, en part du plafond"), null=True)
    ceiling_euros = models.PositiveIntegerField(_("plafond de ce logement"), null=True)
    highest_ceiling_euros = models.PositiveIntegerField(_("plafond le plus haut"), null=True)
    waited_months = models.PositiveSmallIntegerField(_("ancienneté, en mois"))
    verified = models.IntegerField(_("tranche, données vérifiées"), null=True)
    declared = models.IntegerField(_("tranche, données déclarées"), null=True)
    priority = models.BooleanField(_("motif prioritaire reconnu"))
    resources_cents = models.PositiveIntegerField(_("ressources mensuelles"), null=True, blank=True)
    aid_cents = models.PositiveIntegerField(_("aide au logement estimée"), null=True, blank=True)
    effort_permille = models.PositiveIntegerField(_("taux d’effort"), null=True)
    residual_cents = models.IntegerField(_("reste à vivre du foyer"), null=True)
    equipment_lacking = models.BooleanField(_("équipement nécessaire absent du logement"))
    documents_to_come = ArrayField(
        models.CharField(max_length=24, choices=SUPPORTING_DOCUMENTS.choices), default=list, blank=True
    )
    owner_suited = models.BooleanField(_("propriétaire d’un logement adapté"), default=False)

    objects = OfCandidacyQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(resources_cents__isnull=True, aid_cents__isnull=True, effort_permille__isnull=True)
                | Q(
                    resources_cents__isnull=False,
                    resources_cents__gt=0,
                    aid_cents__isnull=False,
                    effort_permille__isnull=False,
                ),
                name="sheet_effort_from_resources",
                violation_error_message=_("Le taux d’effort demande des ressources et une aide estimée."),
            ),
            models.CheckConstraint(
                condition=Q(documents_to_come__contained_by=list(SUPPORTING_DOCUMENTS.terms)),
                name="sheet_lists_known_documents",
                violation_error_message=_("Cette pièce n’est pas dans la liste."),
            ),
        ]

    def __str__(self) -> str:
        return f"sheet {self.pk}"

    def subject(self) -> Subject:
        return Subject("candidacy", self.candidacy_id)
