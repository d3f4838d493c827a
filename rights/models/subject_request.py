"""Requests of people who exercise a right over their data: the right, the proof of identity, the dates and the answer.

A row contains no free text. Only SQL functions (rights/sql/subject_requests.sql) can create a request or allow an
employee to prepare an access report. These functions require that the requester's identity was checked, and that the
employee prepares no other report at the same time.
"""

import uuid
from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from audit.record import Subject
from casework.vocabulary import CASE_MEASURES, CASE_REASONS, ERASURE_RECIPIENTS, EXTENSIONS, RESTRICTION_REFUSALS
from privacy.classes import DataClass
from privacy.processing_activities import SUBJECT_RIGHTS
from privacy.retention import DataPolicy
from privacy.retention_periods import SUBJECT_REQUEST
from tenants.models.tenant import Tenant


class Right(models.TextChoices):
    ACCESS = "access", _("relevé de données et de leurs consultations (RGPD, art. 15)")
    CONTEST = "contest", _("contestation d’une consultation")
    RECTIFY = "rectify", _("correction d’une donnée (RGPD, art. 16)")
    OBJECT = "object", _("opposition à la conservation d’une donnée (RGPD, art. 21)")
    PORTABILITY = "portability", _("fichier des données fournies, pour les réutiliser (RGPD, art. 20)")
    ERASURE = "erasure", _("effacement de données (RGPD, art. 17)")
    LIMITATION = "limitation", _("limitation du traitement (RGPD, art. 18)")


# Rights that are answered from the person's data, which one employee may read for ten minutes.
PREPARED = (Right.ACCESS, Right.PORTABILITY, Right.ERASURE)


class Proof(models.TextChoices):
    """How the requester proved their identity. No document number is stored. Identity card, passport and residence
    permit have the same value, because the kind of document could disclose the person's nationality."""

    PHOTO = "photo", _("pièce d’identité avec photo")
    LICENCE = "licence", _("permis de conduire")
    MANDATE = "mandate", _("pièce d’un représentant et son mandat")
    LETTER = "letter", _("courrier signé, de l’adresse du logement")
    EMAIL = "email", _("courriel, de l’adresse indiquée sur la fiche")


AT_THE_COUNTER = (Proof.PHOTO, Proof.LICENCE, Proof.MANDATE)
IN_WRITING = (Proof.LETTER, Proof.EMAIL, Proof.MANDATE)


class Matter(models.TextChoices):
    """The kind of data that a person wants corrected or objects to. The codes correspond to sections of an access
    report."""

    CARD = "card", _("la fiche")
    LEASE = "lease", _("le bail ou l’occupation")
    HELP = "help", _("une aide demandée")
    IDENTITY = "identity", _("l’identité ou les coordonnées bancaires")
    ACCOUNT = "account", _("une écriture du compte")
    FACTS = "facts", _("un fait noté")
    PRECAUTION = "precaution", _("une consigne pour les visites")
    NOTES = "notes", _("une note")
    SEALED = "sealed", _("une phrase sous scellés")


class Answer(models.TextChoices):
    GIVEN = "given", _("relevé remis")
    FILE_GIVEN = "file_given", _("fichier remis")
    ERASED = "erased", _("données effacées, sauf celles qui doivent être conservées")
    NOT_ERASED = "not_erased", _("aucune donnée effacée")
    LIMITED = "limited", _("traitement limité")
    WITHDRAWN = "withdrawn", _("demande retirée par la personne")
    UPHELD = "upheld", _("demande fondée")
    PARTLY = "partly", _("demande fondée en partie")
    REFUSED = "refused", _("demande refusée")


REASONED = (Answer.UPHELD, Answer.PARTLY, Answer.REFUSED)
# The answers that say that a prepared report or file was handed over.
HANDED_OVER = (Answer.GIVEN, Answer.FILE_GIVEN)
# The answers that close a request without a letter.
WITHOUT_LETTER = (*HANDED_OVER, Answer.WITHDRAWN)
# The answers to a request for erasure. Only `rights_decide_erasure()` gives them, because it erases in the same act.
OF_ERASURE = (Answer.ERASED, Answer.NOT_ERASED)


# The answers after which recipients of the data are told (GDPR article 19).
_TOLD = ["erased", "limited"]

# Rights that get a reasoned answer, with a letter.
_REASONED_RIGHTS = ["contest", "rectify", "object"]


def number_of(pk: uuid.UUID) -> str:
    """Return the number by which a person and the landlord refer to a request: the first eight characters of its id."""
    return str(pk)[:8]


class SubjectRequestQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return all requests if the employee answers requests (compartment DISCLOSURE), otherwise none: the front desk
        can register requests but not read them."""
        return self.all() if compartment is Compartment.DISCLOSURE else self.none()

    def waiting_first(self) -> Self:
        return self.order_by(F("closed_on").desc(nulls_first=True), "due_on", "opened_on", "id")


class SubjectRequest(models.Model):
    privacy = {
        "id": DataClass.PLAIN,
        "tenant": DataClass.PERSONAL,
        "kind": DataClass.PERSONAL,
        "proof": DataClass.PERSONAL,
        "look": DataClass.PERSONAL,
        "matter": DataClass.PERSONAL,
        "opened_on": DataClass.PERSONAL,
        "opened_by": DataClass.PERSONAL,
        "due_on": DataClass.PERSONAL,
        "extended_on": DataClass.PERSONAL,
        "extension": DataClass.PERSONAL,
        "prepared_by": DataClass.PERSONAL,
        "prepared_until": DataClass.PERSONAL,
        "closed_on": DataClass.PERSONAL,
        "closed_by": DataClass.PERSONAL,
        "answer": DataClass.PERSONAL,
        "reason": DataClass.PERSONAL,
        "measure": DataClass.PERSONAL,
        "recipients": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(SUBJECT_RIGHTS, SUBJECT_REQUEST)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+")
    kind = models.CharField(_("droit"), max_length=16, choices=Right.choices, default=Right.ACCESS)
    proof = models.CharField(_("identité"), max_length=8, choices=Proof.choices)
    # If the person contests that an employee viewed their data, `look` is the event's number in an access report.
    # If the person wants data corrected or objects to their storage, `matter` is the kind of data.
    look = models.CharField(_("numéro de la consultation"), max_length=8, blank=True, default="", db_default="")
    matter = models.CharField(_("donnée"), max_length=16, choices=Matter.choices, blank=True, default="", db_default="")
    opened_on = models.DateField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    due_on = models.DateField()
    extended_on = models.DateField(null=True, blank=True)
    extension = models.CharField(_("motif"), max_length=24, choices=EXTENSIONS.choices, blank=True)
    # The employee `prepared_by` prepares the access report, and may read the person's data until `prepared_until`.
    # When this employee begins another report, `prepared_by` becomes null and `prepared_until` does not change.
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    prepared_until = models.DateTimeField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    answer = models.CharField(_("réponse"), max_length=16, choices=Answer.choices, blank=True)
    reason = models.CharField(
        _("motif"),
        max_length=24,
        choices=[*CASE_REASONS.choices, *RESTRICTION_REFUSALS.choices],
        blank=True,
        default="",
        db_default="",
    )
    measure = models.CharField(
        _("ce qui a été fait"), max_length=24, choices=CASE_MEASURES.choices, blank=True, default="", db_default=""
    )
    # Who received data that were then erased or restricted, and was told of it (GDPR article 19).
    recipients = ArrayField(
        models.CharField(max_length=24, choices=ERASURE_RECIPIENTS.choices),
        verbose_name=_("destinataires informés"),
        default=list,
        db_default=Value("{}"),
        blank=True,
    )

    objects = SubjectRequestQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["prepared_by"],
                condition=Q(prepared_by__isnull=False),
                name="subject_request_one_at_a_time",
                violation_error_message=_("Un relevé est déjà ouvert : terminez-le avant d’en établir un autre."),
            ),
            models.CheckConstraint(
                condition=Q(answer="", closed_on__isnull=True, closed_by__isnull=True)
                | (~Q(answer="") & Q(closed_on__isnull=False, closed_by__isnull=False)),
                name="subject_request_answered_by_somebody",
                violation_error_message=_("Une réponse doit être datée et signée."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["access", "portability", "erasure", "limitation"], look="", matter="")
                | Q(kind="contest", look__regex="^[0-9a-f]{8}$", matter="")
                | (Q(kind__in=["rectify", "object"], look="") & ~Q(matter="")),
                name="subject_request_says_its_matter",
                violation_error_message=_("Indiquez la consultation contestée ou la donnée à corriger."),
            ),
            models.CheckConstraint(
                condition=Q(answer__in=["", "withdrawn"], reason="", measure="")
                | Q(answer="given", kind="access", reason="", measure="")
                | Q(answer="file_given", kind="portability", reason="", measure="")
                | Q(answer__in=["erased", "not_erased"], kind="erasure", reason="", measure="")
                | Q(answer="limited", kind="limitation", reason="", measure="")
                | Q(answer="refused", kind="limitation", reason__in=list(RESTRICTION_REFUSALS.terms), measure="")
                | (Q(answer="refused", kind__in=_REASONED_RIGHTS, measure="") & ~Q(reason=""))
                | (Q(answer__in=["upheld", "partly"], kind__in=_REASONED_RIGHTS) & ~Q(reason="") & ~Q(measure="")),
                name="subject_request_answer_has_its_reasons",
                violation_error_message=_(
                    "Une réponse doit être motivée ; si la demande est fondée, indiquez aussi ce qui a été fait."
                ),
            ),
            models.CheckConstraint(
                condition=Q(recipients=[]) | Q(answer__in=_TOLD),
                name="subject_request_recipients_of_erased_data",
                violation_error_message=_(
                    "Seuls un effacement et une limitation sont communiqués à des destinataires."
                ),
            ),
            models.CheckConstraint(
                condition=Q(extension="", extended_on__isnull=True) | (~Q(extension="") & Q(extended_on__isnull=False)),
                name="subject_request_extended_for_a_reason",
                violation_error_message=_("Indiquez le motif de la prolongation, communiqué à la personne."),
            ),
            # An answer is due after a month (28 to 31 days), or after three months (89 to 92 days) if extended.
            # The constraint allows five more days: a deadline on a weekend or holiday moves to the next working day.
            models.CheckConstraint(
                condition=Q(extended_on__isnull=True, due_on__range=(F("opened_on") + 28, F("opened_on") + 36))
                | Q(extended_on__isnull=False, due_on__range=(F("opened_on") + 89, F("opened_on") + 97)),
                name="subject_request_due_in_a_month",
                violation_error_message=_(
                    "La réponse est due dans le mois, ou dans les trois mois si le délai est prolongé."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"subject request {self.pk}"

    @property
    def number(self) -> str:
        return number_of(self.pk)

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    def is_late(self, day: date) -> bool:
        return self.is_open and self.due_on < day

    @property
    def is_receipt(self) -> bool:
        return self.kind == Right.ACCESS

    @property
    def is_prepared(self) -> bool:
        """Whether the answer is made from the person's data, which one employee may read for ten minutes."""
        return self.kind in PREPARED

    @property
    def was_prepared(self) -> bool:
        """Whether the report or the file of this request was prepared, so that it can be handed over."""
        return self.prepared_until is not None

    @property
    def is_portability(self) -> bool:
        return self.kind == Right.PORTABILITY

    @property
    def is_erasure(self) -> bool:
        return self.kind == Right.ERASURE

    @property
    def is_limitation(self) -> bool:
        return self.kind == Right.LIMITATION

    @property
    def has_letter(self) -> bool:
        """Whether the answer is a letter that gives its reasons."""
        return bool(self.reason) or self.answer in (*OF_ERASURE, Answer.LIMITED)

    @property
    def recipient_texts(self) -> list[str]:
        return [ERASURE_RECIPIENTS.label(code) for code in self.recipients]

    @property
    def was_wrong(self) -> bool:
        """Whether the request was justified, at least in part, so that the letter with the answer must apologise."""
        return self.answer in {Answer.UPHELD, Answer.PARTLY}

    @property
    def reason_text(self) -> str:
        reasons = RESTRICTION_REFUSALS if self.is_limitation else CASE_REASONS
        return reasons.label(self.reason) if self.reason else ""

    @property
    def measure_text(self) -> str:
        return CASE_MEASURES.label(self.measure) if self.measure else ""

    @property
    def answered(self) -> tuple[str, str, str]:
        """Labels of the answer, of its reason and of the measure taken. The reason and the measure may be empty."""
        return self.get_answer_display(), self.reason_text, self.measure_text

    @property
    def extension_text(self) -> str:
        return EXTENSIONS.label(self.extension) if self.extension else ""

    def subject(self) -> Subject:
        return Subject("tenant", self.tenant_id)
