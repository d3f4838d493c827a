"""What a request for erasure (GDPR article 17) led to: which kinds of data were erased, which were kept, and why."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from casework.vocabulary import ERASURE_GROUNDS
from privacy.classes import DataClass
from privacy.processing_activities import SUBJECT_RIGHTS
from privacy.retention import DataPolicy
from privacy.retention_periods import SUBJECT_REQUEST
from rights.models.subject_request import SubjectRequest


class StoredData(models.TextChoices):
    """Kinds of data about a person. The SQL function `rights_stored_data()` returns the kinds that are stored, and
    whether Loge still has a legal ground to store each of them."""

    PHONE = "phone", _("téléphone")
    EMAIL = "email", _("courriel")
    CONTACT = "contact", _("personne choisie pour vous joindre")
    HELP = "help", _("aides demandées")
    ENDED_POWERS = "powers", _("anciens représentants")
    ENDED_FACTS = "facts", _("faits notés dont le motif a pris fin")
    ENDED_NOTES = "notes", _("notes dont le motif a pris fin")
    LEGACY_COMMENTS = "comments", _("commentaires d’un ancien logiciel")
    ENDED_BANK = "bank", _("coordonnées bancaires sans mandat")
    IDENTITY = "identity", _("nom et date de naissance")
    LEASES = "leases", _("baux et occupations")
    ACCOUNTS = "accounts", _("écritures du compte")
    POWERS = "current_powers", _("représentants actuels")
    FACTS = "current_facts", _("faits notés en cours")
    NOTES = "current_notes", _("notes en cours")
    CONTACTS = "contacts", _("contacts au sujet d’une somme due")
    SEALED = "sealed", _("phrases contestées sous scellés")
    DISCRETION = "discretion", _("discrétion demandée")
    BANK = "current_bank", _("coordonnées bancaires du mandat")
    LIMITATION = "limitation", _("limitation du traitement")
    REQUESTS = "requests", _("demandes faites au délégué à la protection des données")
    AUDIT_LOG = "trace", _("trace des consultations")


class Decision(models.TextChoices):
    ERASED = "erased", _("effacé")
    KEPT = "kept", _("conservé")


class ErasureLineQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return self.all() if compartment is Compartment.DISCLOSURE else self.none()


class ErasureLine(models.Model):
    """The decision about one kind of data of the person. `rows`: how many rows were erased or kept. `until`: the last
    day of data that are kept, if the day is known. The row contains none of the data."""

    privacy = {
        "id": DataClass.PLAIN,
        "request": DataClass.PERSONAL,
        "data": DataClass.INFERABLE,
        "rows": DataClass.PERSONAL,
        "decision": DataClass.PERSONAL,
        "ground": DataClass.PERSONAL,
        "until": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(SUBJECT_RIGHTS, SUBJECT_REQUEST)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(SubjectRequest, models.DO_NOTHING, related_name="erasure_lines", db_index=False)
    data = models.CharField(_("donnée"), max_length=16, choices=StoredData.choices)
    rows = models.PositiveIntegerField(_("nombre"))
    decision = models.CharField(_("décision"), max_length=8, choices=Decision.choices)
    ground = models.CharField(_("motif"), max_length=24, choices=ERASURE_GROUNDS.choices, blank=True)
    until = models.DateField(_("jusqu’au"), null=True, blank=True)

    objects = ErasureLineQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["request", "data"],
                name="erasure_line_once",
                violation_error_message=_("Une seule décision par sorte de données."),
            ),
            models.CheckConstraint(
                condition=Q(decision="erased", ground="", until__isnull=True) | (Q(decision="kept") & ~Q(ground="")),
                name="erasure_line_kept_for_a_ground",
                violation_error_message=_("Une donnée n’est conservée que pour un motif."),
            ),
        ]

    def __str__(self) -> str:
        return f"erasure line {self.pk}"

    @property
    def ground_text(self) -> str:
        return ERASURE_GROUNDS.label(self.ground) if self.ground else ""

    def subject(self) -> None:
        """Return no resident as the subject of audit events: the event of the request already names the tenant."""
