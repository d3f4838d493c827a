"""What a receipt says: a part for each kind of data held about the person, read under the compartment of their demand.

Each row is narrowed to the person here, and once more by the policies (tenants/locks/disclosed.py). Left out: whatever
would tell of another of the lease. What no part shows, and why, is said in `untold`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Func, Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from access.database.recipients import locks_by_table, roles_reading
from access.guard.context import Look
from access.locks import Lock
from access.roles import Role
from buildings.models import Address
from formats.iban import masked
from privacy.processing_activities import SIGNATURES, Treatment
from privacy.retention import Entry as HeldField
from privacy.retention import entries
from privacy.retention_periods import Life
from tenants.disclosure.looks import Seen, looks_at
from tenants.facts import sentence
from tenants.models import (
    Account,
    AccountFact,
    AccountNote,
    BankDetail,
    CardFact,
    ContestedSentence,
    DiscreetMark,
    DwellingFact,
    Entry,
    Fact,
    HelpCode,
    Identity,
    InheritedLine,
    Lease,
    LeaseParty,
    Representative,
    Residence,
    SubjectRequest,
    Tenant,
    WriteOff,
)
from tenants.models.contest import KEPT
from tenants.models.lease import Capacity
from tenants.models.residence import ResidenceQuerySet
from tenants.vocabulary import ENTRY_LABELS, NOTE_EXCEPTIONS


class Cents(int):
    """A sum, so that a page writes it as one."""


@dataclass(frozen=True)
class Part:
    """`rows`: days, sums and words, as many as there are columns. `models`: of whose fields they are."""

    code: str
    title: Promise | str
    models: tuple[type[Model], ...]
    columns: Sequence[Promise | str]
    rows: Sequence[Sequence[Any]]
    note: Promise | str = ""
    fields: Sequence[HeldField] = field(default=(), repr=False)

    @cached_property
    def held(self) -> list[HeldField]:
        """What of them says something of the person; the staff named in acts are another matter."""
        return [one for one in entries(self.models) if one.says_something and one.treatment is not SIGNATURES]

    @property
    def treatments(self) -> list[Treatment]:
        return list(dict.fromkeys(one.treatment for one in self.held))

    @property
    def lives(self) -> list[Life]:
        return list(dict.fromkeys(one.life for one in self.held))

    @cached_property
    def recipients(self) -> list[Role]:
        locks: dict[str, Lock] = locks_by_table()
        return list(dict.fromkeys(role for one in self.held for role in roles_reading(one, locks)))


@dataclass(frozen=True)
class Receipt:
    person: Tenant
    asked: SubjectRequest
    parts: Sequence[Part]
    looks: Sequence[Seen]


def receipt_of(look: Look, asked: SubjectRequest) -> Receipt | None:
    """Nothing, unless this very demand is the one that the person looking has taken up."""
    about = _About(look, asked)
    person = about.rows(Tenant, pk=asked.tenant_id).first()
    return Receipt(person, asked, list(about.parts(person)), looks_at()) if person else None


class _About:
    """The person's rows, asked for one table after another."""

    def __init__(self, look: Look, asked: SubjectRequest) -> None:
        self.look, self.asked, self.tenant = look, asked, asked.tenant_id

    def rows(self, model: type[Model], **which: Any) -> Any:
        rows: ResidenceQuerySet = model._default_manager.filter(**which)  # type: ignore[assignment]
        return rows.witnessed(self.look.saw)

    def parts(self, person: Tenant) -> Iterable[Part]:
        yield self._card(person)
        yield self._homes()
        yield self._leases()
        yield self._help()
        yield self._representatives()
        yield self._identity()
        yield self._accounts()
        yield self._entries()
        yield self._write_offs()
        yield self._facts("precautions", _("Consignes pour les visites"), CardFact, code__precaution=True)
        yield self._facts("card_facts", _("Faits notés sur votre fiche"), CardFact, code__precaution=False)
        yield self._facts("dwelling_facts", _("Faits notés sur votre logement"), DwellingFact)
        yield self._facts("account_facts", _("Faits notés sur votre compte"), AccountFact)
        yield self._notes()
        yield self._sealed()
        yield self._discretion()
        yield self._requests()

    def _card(self, one: Tenant) -> Part:
        said = [
            (_("Nom"), one.display_name),
            (_("Contact choisi"), one.get_channel_display()),
            (_("Téléphone"), one.phone),
            (_("Courriel"), one.email),
            (_("Personne choisie"), one.contact_name),
        ]
        rows = [line for line in said if line[1]]
        return Part("card", _("Votre fiche"), (Tenant,), (_("Donnée"), _("Ce qui est tenu")), rows)

    def _homes(self) -> Part:
        homes = self.rows(Residence, tenant=self.tenant).select_related("unit", "building__place").order_by("moved_in")
        rows = [
            (self._where(one.building_id), one.unit.door, one.moved_in, one.moved_out, _yes(one.transferred))
            for one in homes
        ]
        columns = (_("Adresse"), _("Porte"), _("Entrée"), _("Dernier jour"), _("Par mutation"))
        return Part("residences", _("Où vous habitez, ou avez habité"), (Residence,), columns, rows)

    def _where(self, building: Any) -> str:
        found = self.rows(Address, building=building).order_by("street", "number").first()
        return found.line if found else ""

    def _leases(self) -> Part:
        parties = self.rows(LeaseParty, tenant=self.tenant).select_related("lease").order_by("first_day", "id")
        rows = [
            (
                one.lease.starts_on,
                one.lease.signed_on,
                one.get_capacity_display(),
                one.first_day,
                one.last_day,
                *_end_told(one),
            )
            for one in parties.annotate(
                notice_theirs=_in_days("lease__account", "lease__notice_on"),
                end_theirs=_in_days("lease__account", "lease__ends_on"),
            )
        ]
        from_to = (_("Depuis le"), _("Jusqu’au"))
        columns = (_("Bail du"), _("Signé le"), _("Qualité"), *from_to, _("Congé"), _("Fin du bail"))
        return Part("leases", _("Vos baux"), (LeaseParty, Lease), columns, rows)

    def _help(self) -> Part:
        codes = self.rows(HelpCode, tenant=self.tenant).order_by("asked_on", "code")
        rows = [(one.label, one.get_asked_by_display(), one.asked_on, one.ended_on or one.renew_by) for one in codes]
        columns = (_("Aide"), _("Demandée par"), _("Demandée le"), _("Jusqu’au"))
        return Part("help", _("Aides demandées"), (HelpCode,), columns, rows)

    def _representatives(self) -> Part:
        found = self.rows(Representative, tenant=self.tenant).order_by("first_day", "id")
        rows = [(one.name, one.phone, one.first_day, one.last_day) for one in found]
        columns = (_("Nom"), _("Téléphone"), _("Depuis le"), _("Jusqu’au"))
        return Part("representatives", _("Qui vous représente"), (Representative,), columns, rows)

    def _identity(self) -> Part:
        rows: list[tuple[Any, ...]] = [
            (_("Date de naissance"), one.birth_date) for one in self.rows(Identity, tenant=self.tenant)
        ]
        for one in self.rows(BankDetail, tenant=self.tenant):
            rows += [(_("IBAN, masqué"), masked(one.iban.reveal())), (_("IBAN enregistré le"), one.set_on)]
        columns = (_("Donnée"), _("Ce qui est tenu"))
        note = _("Masqué : vous le reconnaissez, et qui trouverait ce papier n’en fait rien.") if len(rows) > 1 else ""
        return Part("identity", _("Identité et prélèvement"), (Identity, BankDetail), columns, rows, note)

    @cached_property
    def accounts(self) -> list[Any]:
        """Each with whether the day on which it was settled is the person's to know."""
        owed = {"lease__parties__tenant": self.tenant, "lease__parties__capacity__in": _OWING}
        found = self.rows(Account, **owed).distinct().order_by("opened_on", "id")
        return list(found.annotate(settled_theirs=_in_days("pk", "settled_on")))

    def _accounts(self) -> Part:
        rows = [(one.reference, one.opened_on, _told(one.settled_on, one.settled_theirs)) for one in self.accounts]
        columns = (_("Référence"), _("Ouvert le"), _("Soldé le"))
        return Part("accounts", _("Vos comptes"), (Account,), columns, rows)

    def _on_account(self, model: type[Model], *hidden: str) -> Any:
        return self.rows(model, account__in=self.accounts).defer(*hidden)

    def _entries(self) -> Part:
        found = self._on_account(Entry, "posted_by", "idempotency_key").order_by("effective_on", "booked_at", "id")
        rows = [
            (one.effective_on, one.booked_on, one.period, one.label_text, one.reason_text, Cents(one.amount_cents))
            for one in found
        ]
        columns = (_("Date"), _("Date comptable"), _("Période"), _("Libellé"), _("Motif"), _("Montant"))
        note = _("Au-dessus de zéro : appelé. Au-dessous : versé.") if rows else ""
        return Part("entries", _("Écritures"), (Entry,), columns, rows, note)

    def _write_offs(self) -> Part:
        found = self._on_account(WriteOff, "kind", "asked_by", "decided_by", "idempotency_key")
        rows = [
            (
                one.asked_at.astimezone().date(),
                ENTRY_LABELS.label(one.label),
                one.reason_text,
                Cents(one.amount_cents),
                one.effective_on,
                _end_of(one),
                one.decided_at and one.decided_at.astimezone().date(),
            )
            for one in found.order_by("asked_at", "id")
        ]
        asked = (_("Demandée le"), _("Libellé"), _("Motif"), _("Montant"), _("Prend effet"))
        columns = (*asked, _("Réponse"), _("Répondue le"))
        return Part("write_offs", _("Sommes en moins, décidées à deux"), (WriteOff,), columns, rows)

    def _facts(self, part: str, title: str, model: type[Fact], **which: Any) -> Part:
        of: dict[type[Fact], dict[str, Any]] = {
            CardFact: {"residence__tenant": self.tenant},
            AccountFact: {"account__in": self.accounts},
            DwellingFact: {"lease__isnull": False},  # whose: the policy, which knows the days of each lease
        }
        own = model is CardFact  # of an account or a dwelling it may be another of the lease who was told, or contests
        found = self.rows(model, **of[model], **which).select_related("code").order_by("written_on", "id")
        rows = [
            (
                one.written_on,
                sentence(one.code, one.fields, {}),
                *((one.told_on, one.contested_on, one.kept_on) if own else ()),
                one.withdrawn_on or one.ends_on,
            )
            for one in found.defer("written_by", "withdrawn_by", "kept_by", "replaces")
        ]
        answered = (_("Dit au locataire le"), _("Contesté le"), _("Gardé le")) if own else ()
        columns = (_("Noté le"), _("Ce qui est noté"), *answered, _("Jusqu’au"))
        return Part(part, title, (model,), columns, rows)

    def _notes(self) -> Part:
        hidden = ("written_by", "withdrawn_on", "withdrawn_by", "replaces")
        own = self._on_account(AccountNote, *hidden).select_related(None).order_by("written_on", "id")
        rows = [(one.written_on, one.first_written_on, one.text, one.reason_text, one.ends_on) for one in own]
        kept, beside = _("phrase tenue, à relire avant d’être communiquée"), _beside()
        rows += [(written, None, kept, NOTE_EXCEPTIONS.label(reason), until) for written, reason, until in beside]
        columns = (_("Écrite le"), _("Écrite d’abord le"), _("Phrase"), _("Pourquoi"), _("S’efface le"))
        told = _("Sur un compte à plusieurs noms, une phrase peut parler d’un autre : la déléguée la relit d’abord.")
        return Part("notes", _("Notes"), (AccountNote,), columns, rows, told if beside else "")

    def _sealed(self) -> Part:
        seen = ("id", "account", "outcome")
        contested = self._on_account(ContestedSentence).only(*seen, "asked_on").select_related(None)
        contested = contested.order_by("asked_on", "id")
        rows = [
            (
                _("phrase refusée, contestée par son auteur"),
                one.asked_on,
                one.get_outcome_display(),
                one.asked_on + KEPT,
            )
            for one in contested
        ]
        old = self._on_account(InheritedLine).only(*seen, "first_written_on", "ends_on").select_related(None)
        kind = _("commentaire d’un ancien logiciel")
        rows += [(kind, one.first_written_on, one.get_outcome_display(), one.ends_on) for one in old]
        columns = (_("Sous scellés"), _("Écrite le"), _("Issue"), _("S’efface le"))
        note = _("Les mots sont sous scellés, jusqu’à ce qu’à deux on en décide.") if rows else ""
        return Part("sealed", _("Phrases sous scellés"), (ContestedSentence, InheritedLine), columns, rows, note)

    def _discretion(self) -> Part:
        """Only of a household of one: of several, it would tell each what another asked for."""
        marks = self.rows(DiscreetMark, lease__parties__tenant=self.tenant, last_day__gte=F("first_day"))
        marks = marks.distinct().order_by("first_day")
        rows = [(one.first_day, one.last_day) for one in marks]
        told = _(
            "D’un foyer de plusieurs personnes, un relevé ne dit ni qu’elle est demandée, ni qu’elle ne l’est pas."
        )
        note = "" if rows else told
        return Part("discretion", _("Discrétion"), (DiscreetMark,), (_("Depuis le"), _("Jusqu’au")), rows, note)

    def _requests(self) -> Part:
        found = self.rows(SubjectRequest, tenant=self.tenant).order_by("opened_on", "id")
        rows = [
            (
                one.opened_on,
                one.get_kind_display(),
                one.get_matter_display(),
                one.due_on,
                one.closed_on,
                "\u00a0; ".join(str(said) for said in one.answered if said),
            )
            for one in found
        ]
        columns = (_("Demandé le"), _("Droit"), _("Donnée"), _("Réponse due le"), _("Répondu le"), _("Réponse"))
        return Part("requests", _("Vos demandes"), (SubjectRequest,), columns, rows)


def _in_days(account: str, day: str) -> Func:
    """Is the day one on which the person owed on the account, or after the last who did?"""
    return Func(F(account), F(day), function="tenants_disclosed_account", output_field=BooleanField())


def _end_told(party: Any) -> tuple[date | None, date | None]:
    """When a lease was given notice of, and its end: what came after somebody left it is of those who stayed."""
    last = party.last_day or date.max
    notice, end = party.lease.notice_on, party.lease.ends_on
    noticed = bool(notice and (notice <= last or party.notice_theirs))
    ended = noticed or bool(end and (end <= last or party.end_theirs))
    return _told(notice, noticed), _told(end, ended)


def _told(day: date | None, theirs: bool) -> date | None:
    return day if theirs else None


def _end_of(one: WriteOff) -> str:
    if one.decision:
        why = _(" :") + f" {one.refusal_text}" if one.refusal else ""
        return f"{one.get_decision_display()}{why}"
    return _("sans suite") if one.is_lapsed else _("en attente")


def _yes(said: bool) -> str:
    return _("oui") if said else ""


def _beside() -> list[tuple[Any, ...]]:
    """Notes on accounts of several, without their words."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT written_on, reason, ends_on FROM tenants_disclosed_notes()")
        return list(cursor.fetchall())


_OWING = (Capacity.HOLDER, Capacity.CO_HOLDER)
