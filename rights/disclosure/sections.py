"""The sections of an access report, one for each kind of data about the person.

Queries here select the rows about the person, and row-level policies restrict the queries again (rights/policies.py).
Data about other people on the same lease are left out. `exclusions` lists what no section contains, and why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import F, Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from access.database.recipients import policies_by_table, roles_reading
from access.guard.context import AccessContext
from access.policies import TablePolicy
from access.roles import Role
from buildings.models import Address
from casework.facts import sentence
from casework.models import (
    AccountFact,
    AccountNote,
    CardFact,
    ContactAttempt,
    ContestedSentence,
    DwellingFact,
    Fact,
    LegacyComment,
)
from casework.models.contest import KEPT
from casework.vocabulary import NOTE_EXCEPTIONS
from formats.iban import masked
from ledger.models import BankDetail, Entry, WriteOff
from ledger.vocabulary import ENTRY_LABELS
from privacy.processing_activities import SIGNATURES, ProcessingActivity
from privacy.retention import Entry as HeldField
from privacy.retention import entries
from privacy.retention_periods import RetentionPeriod
from rights.disclosure.looks import Seen, looks_at
from rights.disclosure.own_dates import end_if_theirs, if_theirs, in_days
from rights.disclosure.set_aside import with_own_contact
from rights.models import SubjectRequest
from tenants.models import (
    Account,
    DiscreetMark,
    FormerName,
    HelpCode,
    Identity,
    Lease,
    LeaseParty,
    Representative,
    Residence,
    Restriction,
    Tenant,
)
from tenants.models.lease import Capacity
from tenants.models.residence import ResidenceQuerySet


class Cents(int):
    """A sum of money in cents. Because of this type, `render.display` formats the sum as euros and not as a number."""


@dataclass(frozen=True)
class Part:
    """A section of an access report: a table with `columns` and `rows`, which shows fields of `models`. The section
    must also state the purposes, recipients and retention periods of these fields."""

    code: str
    title: Promise | str
    models: tuple[type[Model], ...]
    columns: Sequence[Promise | str]
    rows: Sequence[Sequence[Any]]
    note: Promise | str = ""
    fields: Sequence[HeldField] = field(default=(), repr=False)

    @cached_property
    def personal_fields(self) -> list[HeldField]:
        """The fields of `models` that contain data about the person. Fields that record which employee acted are left
        out."""
        return [
            entry
            for entry in entries(self.models)
            if entry.says_something and entry.processing_activity is not SIGNATURES
        ]

    @property
    def processing_activities(self) -> list[ProcessingActivity]:
        return list(dict.fromkeys(entry.processing_activity for entry in self.personal_fields))

    @property
    def retention_periods(self) -> list[RetentionPeriod]:
        return list(dict.fromkeys(entry.retention_period for entry in self.personal_fields))

    @cached_property
    def recipients(self) -> list[Role]:
        policies: dict[str, TablePolicy] = policies_by_table()
        return list(dict.fromkeys(role for entry in self.personal_fields for role in roles_reading(entry, policies)))


@dataclass(frozen=True)
class Receipt:
    person: Tenant
    request: SubjectRequest
    parts: Sequence[Part]
    looks: Sequence[Seen]


def receipt_of(access: AccessContext, request: SubjectRequest) -> Receipt | None:
    """Build the access report for a subject request. Return None unless the current user is preparing this report."""
    about = _About(access, request)
    person = about.rows(Tenant, pk=request.tenant_id).first()
    return Receipt(with_own_contact(person), request, list(about.parts(person)), looks_at()) if person else None


class _About:
    """Builds the sections of an access report from the database rows about the tenant who requested the report."""

    def __init__(self, access: AccessContext, request: SubjectRequest) -> None:
        self.access, self.request, self.tenant = access, request, request.tenant_id

    def rows(self, model: type[Model], **which: Any) -> Any:
        rows: ResidenceQuerySet = model._default_manager.filter(**which)  # type: ignore[assignment]
        return rows.witnessed(self.access.saw)

    def parts(self, person: Tenant) -> Iterable[Part]:
        yield self.card_part(person)
        yield self.homes_part()
        yield self.leases_part()
        yield self.help_part()
        yield self.representatives_part()
        yield self.identity_part()
        yield self.accounts_part()
        yield self.entries_part()
        yield self.write_offs_part()
        yield self.facts_part("precautions", _("Consignes pour les visites"), CardFact, code__precaution=True)
        yield self.facts_part("card_facts", _("Faits notés sur votre fiche"), CardFact, code__precaution=False)
        yield self.facts_part("dwelling_facts", _("Faits notés sur votre logement"), DwellingFact)
        yield self.facts_part("account_facts", _("Faits notés sur votre compte"), AccountFact)
        yield self.contacts_part()
        yield self.notes_part()
        yield self.sealed_part()
        yield self.discretion_part()
        yield self.restriction_part()
        yield self.requests_part()

    def card_part(self, tenant: Tenant) -> Part:
        fields = [
            (_("Nom"), tenant.display_name),
            (_("Contact choisi"), tenant.get_channel_display()),
            (_("Téléphone"), tenant.phone),
            (_("Courriel"), tenant.email),
            (_("Personne choisie"), tenant.contact_name),
        ]
        rows = [line for line in fields if line[1]]
        for former in self.rows(FormerName, tenant=self.tenant).order_by("last_day"):
            rows.append(
                (_("Ancien nom, jusqu’au %(day)s") % {"day": f"{former.last_day:%d/%m/%Y}"}, former.display_name)
            )
        return Part("card", _("Votre fiche"), (Tenant, FormerName), (_("Donnée"), _("Valeur")), rows)

    def homes_part(self) -> Part:
        homes = self.rows(Residence, tenant=self.tenant).select_related("unit", "building__place").order_by("moved_in")
        rows = []
        for residence in homes:
            address = self.rows(Address, building=residence.building_id).order_by("street", "number").first()
            transferred = _("oui") if residence.transferred else ""
            days = (residence.moved_in, residence.moved_out)
            rows.append((address.line if address else "", residence.unit.door_name, *days, transferred))
        columns = (_("Adresse"), _("Logement"), _("Entrée"), _("Dernier jour"), _("Par mutation"))
        return Part("residences", _("Où vous habitez, ou avez habité"), (Residence,), columns, rows)

    def leases_part(self) -> Part:
        parties = self.rows(LeaseParty, tenant=self.tenant).select_related("lease").order_by("first_day", "id")
        rows = [
            (
                party.lease.starts_on,
                party.lease.signed_on,
                party.get_capacity_display(),
                party.first_day,
                party.last_day,
                *end_if_theirs(party),
            )
            for party in parties.annotate(
                notice_theirs=in_days("lease__account", "lease__notice_on"),
                end_theirs=in_days("lease__account", "lease__ends_on"),
            )
        ]
        from_to = (_("Depuis le"), _("Jusqu’au"))
        columns = (_("Bail du"), _("Signé le"), _("Qualité"), *from_to, _("Congé"), _("Fin du bail"))
        return Part("leases", _("Vos baux"), (LeaseParty, Lease), columns, rows)

    def help_part(self) -> Part:
        codes = self.rows(HelpCode, tenant=self.tenant).order_by("asked_on", "code")
        rows = [
            (
                help_code.label,
                help_code.get_asked_by_display(),
                help_code.asked_on,
                help_code.ended_on or help_code.renew_by,
            )
            for help_code in codes
        ]
        columns = (_("Aide"), _("Demandée par"), _("Demandée le"), _("Jusqu’au"))
        return Part("help", _("Aides demandées"), (HelpCode,), columns, rows)

    def representatives_part(self) -> Part:
        representatives = self.rows(Representative, tenant=self.tenant).order_by("first_day", "id")
        rows = [
            (representative.name, representative.phone, representative.first_day, representative.last_day)
            for representative in representatives
        ]
        columns = (_("Nom"), _("Téléphone"), _("Depuis le"), _("Jusqu’au"))
        return Part("representatives", _("Qui vous représente"), (Representative,), columns, rows)

    def identity_part(self) -> Part:
        rows: list[tuple[Any, ...]] = [
            (_("Date de naissance"), identity.birth_date) for identity in self.rows(Identity, tenant=self.tenant)
        ]
        for detail in self.rows(BankDetail, tenant=self.tenant):
            rows += [(_("IBAN, masqué"), masked(detail.iban.reveal())), (_("IBAN enregistré le"), detail.set_on)]
        columns = (_("Donnée"), _("Valeur"))
        note = (
            _("Masqué : vous pouvez le reconnaître, mais il est inutilisable par une autre personne.")
            if len(rows) > 1
            else ""
        )
        return Part("identity", _("Identité et prélèvement"), (Identity, BankDetail), columns, rows, note)

    @cached_property
    def accounts(self) -> list[Any]:
        """The rental accounts of the tenant who requested the report.

        Each account has an attribute `settled_theirs`: whether the report may show the day on which the account was
        settled. False if the tenant had left and other holders stayed, because the day then concerns only these
        holders.
        """
        owed = {"lease__parties__tenant": self.tenant, "lease__parties__capacity__in": _OWING}
        rows = self.rows(Account, **owed).distinct().order_by("opened_on", "id")
        return list(rows.annotate(settled_theirs=in_days("pk", "settled_on")))

    def accounts_part(self) -> Part:
        rows = [
            (account.reference, account.opened_on, if_theirs(account.settled_on, account.settled_theirs))
            for account in self.accounts
        ]
        columns = (_("Référence"), _("Ouvert le"), _("Soldé le"))
        return Part("accounts", _("Vos comptes"), (Account,), columns, rows)

    def _on_account(self, model: type[Model], *hidden: str) -> Any:
        return self.rows(model, account__in=self.accounts).defer(*hidden)

    def entries_part(self) -> Part:
        entry_rows = self._on_account(Entry, "posted_by", "idempotency_key").order_by("effective_on", "booked_at", "id")
        rows = [
            (
                entry.effective_on,
                entry.booked_on,
                entry.period,
                entry.label_text,
                entry.reason_text,
                Cents(entry.amount_cents),
            )
            for entry in entry_rows
        ]
        columns = (_("Date"), _("Date comptable"), _("Période"), _("Libellé"), _("Motif"), _("Montant"))
        note = _("Supérieur à zéro : facturé. Inférieur à zéro : versé.") if rows else ""
        return Part("entries", _("Écritures"), (Entry,), columns, rows, note)

    def write_offs_part(self) -> Part:
        write_offs = self._on_account(WriteOff, "kind", "asked_by", "decided_by", "idempotency_key")
        rows = []
        for write_off in write_offs.order_by("asked_at", "id"):
            reason = _(" :") + f" {write_off.refusal_text}" if write_off.refusal else ""
            rows.append(
                (
                    write_off.asked_at.astimezone().date(),
                    ENTRY_LABELS.label(write_off.label),
                    write_off.reason_text,
                    Cents(write_off.amount_cents),
                    write_off.effective_on,
                    write_off.decision_text + reason,
                    write_off.decided_at and write_off.decided_at.astimezone().date(),
                )
            )
        request = (_("Demandée le"), _("Libellé"), _("Motif"), _("Montant"), _("Prend effet"))
        columns = (*request, _("Réponse"), _("Réponse le"))
        return Part("write_offs", _("Sommes en moins, décidées à deux"), (WriteOff,), columns, rows)

    def facts_part(self, part: str, title: str, model: type[Fact], **which: Any) -> Part:
        of: dict[type[Fact], dict[str, Any]] = {
            CardFact: {"residence__tenant": self.tenant},
            AccountFact: {"account__in": self.accounts},
            # Row-level security limits facts about dwellings to those written while the tenant lived in the dwelling.
            DwellingFact: {"lease__isnull": False},
        }
        # For facts about the tenant (CardFact), list the days on which the tenant was informed and contested the fact.
        # For other facts, omit these days of informing and contesting, because they may concern another resident.
        own = model is CardFact
        facts = self.rows(model, **of[model], **which).select_related("code").order_by("written_on", "id")
        rows = [
            (
                fact.written_on,
                sentence(fact.code, fact.fields, {}),
                *((fact.told_on, fact.contested_on, fact.kept_on) if own else ()),
                fact.withdrawn_on or fact.ends_on,
            )
            for fact in facts.defer("written_at", "written_by", "withdrawn_by", "kept_by", "replaces")
        ]
        answered = (_("Communiqué au locataire le"), _("Contesté le"), _("Maintenu le")) if own else ()
        columns = (_("Noté le"), _("Ce qui est noté"), *answered, _("Jusqu’au"))
        return Part(part, title, (model,), columns, rows)

    def contacts_part(self) -> Part:
        attempts = self._on_account(ContactAttempt, "made_at", "made_by").order_by("made_on", "id")
        rows = [(attempt.made_on, attempt.get_outcome_display(), attempt.back_on) for attempt in attempts]
        columns = (_("Le"), _("Résultat"), _("À contacter de nouveau le"))
        return Part("contacts", _("Contacts au sujet d’une somme due"), (ContactAttempt,), columns, rows)

    def notes_part(self) -> Part:
        hidden = ("written_at", "written_by", "withdrawn_on", "withdrawn_by", "replaces")
        own = self._on_account(AccountNote, *hidden).select_related(None).order_by("written_on", "id")
        rows = [(note.written_on, note.first_written_on, note.text, note.reason_text, note.ends_on) for note in own]
        # On accounts with several holders, list notes without their text, which may be about another holder.
        with connection.cursor() as cursor:
            cursor.execute("SELECT written_on, reason, ends_on FROM rights_disclosed_notes()")
            beside = cursor.fetchall()
        placeholder = _("phrase enregistrée, à vérifier avant d’être communiquée")
        rows += [
            (written, None, placeholder, NOTE_EXCEPTIONS.label(reason), until) for written, reason, until in beside
        ]
        columns = (_("Écrite le"), _("Première version du"), _("Phrase"), _("Motif"), _("S’efface le"))
        hint = _(
            "Sur un compte à plusieurs noms, une phrase peut concerner une autre personne : le délégué à la "
            "protection des données la vérifie d’abord."
        )
        return Part("notes", _("Notes"), (AccountNote,), columns, rows, hint if beside else "")

    def sealed_part(self) -> Part:
        columns_read = ("id", "account", "outcome")
        contested = self._on_account(ContestedSentence).only(*columns_read, "asked_on").select_related(None)
        contested = contested.order_by("asked_on", "id")
        rows = [
            (
                _("phrase refusée, contestée par son auteur"),
                contest.asked_on,
                contest.get_outcome_display(),
                contest.asked_on + KEPT,
            )
            for contest in contested
        ]
        old = self._on_account(LegacyComment).only(*columns_read, "first_written_on", "ends_on").select_related(None)
        kind = _("commentaire d’un ancien logiciel")
        rows += [(kind, line.first_written_on, line.get_outcome_display(), line.ends_on) for line in old]
        columns = (_("Sous scellés"), _("Écrite le"), _("Issue"), _("S’efface le"))
        note = _("Ces phrases sont sous scellés jusqu’à la décision de deux personnes.") if rows else ""
        return Part("sealed", _("Phrases sous scellés"), (ContestedSentence, LegacyComment), columns, rows, note)

    def discretion_part(self) -> Part:
        """List the discreet marks: periods in which, at a tenant's request, most staff could not find the household.

        Only for a lease with a single tenant since its start: otherwise another tenant may have made the request.
        """
        marks = self.rows(DiscreetMark, lease__parties__tenant=self.tenant, last_day__gte=F("first_day"))
        marks = marks.distinct().order_by("first_day")
        rows = [(mark.first_day, mark.last_day) for mark in marks]
        hint = _("Dans un foyer de plusieurs personnes, le relevé n’indique pas si la discrétion est demandée.")
        note = "" if rows else hint
        return Part("discretion", _("Discrétion"), (DiscreetMark,), (_("Depuis le"), _("Jusqu’au")), rows, note)

    def restriction_part(self) -> Part:
        rows = [
            (row.begun_on, row.get_ground_display(), row.informed_on, row.lifted_on)
            for row in self.rows(Restriction, tenant=self.tenant).order_by("begun_on", "id")
        ]
        columns = (_("Depuis le"), _("Fondement"), _("Informé de la levée le"), _("Levée le"))
        note = "" if all(row[-1] for row in rows) else _("Traitement limité : vos données sont seulement conservées.")
        return Part("restriction", _("Limitation du traitement"), (Restriction,), columns, rows, note)

    def requests_part(self) -> Part:
        requests = self.rows(SubjectRequest, tenant=self.tenant).order_by("opened_on", "id")
        rows = [
            (
                request.opened_on,
                request.get_kind_display(),
                request.get_matter_display(),
                request.due_on,
                request.closed_on,
                "\u00a0; ".join(str(label) for label in request.answered if label),
            )
            for request in requests
        ]
        columns = (_("Demandé le"), _("Droit"), _("Donnée"), _("Réponse due le"), _("Réponse le"), _("Réponse"))
        return Part("requests", _("Vos demandes"), (SubjectRequest,), columns, rows)


_OWING = (Capacity.HOLDER, Capacity.CO_HOLDER)
