"""Writes evidence packs: zip files with audit events that an outsider can verify without Loge.

A page and a command use this module. They run with the database privileges of the person who requests the pack, so a
pack contains no more than this person may read.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import IO
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from access.guard.context import AccessContext
from access.models import Person
from access.permissions import Permission
from audit import events, pack
from audit.events import Code
from audit.record import Subject
from audit.sealed.evidence_export import Details, Sealed, Taken, Taking, Wanted, sealed
from audit.sealed.witnesses import witnesses
from audit.tlog.leaf import utc
from oversight.forms.audit_log import midnight
from privacy.encryption import values
from privacy.encryption.signing import packers

DETAILS: dict[str, Promise | str] = {
    Details.OWN: gettext_lazy("sans ceux qui nomment d’autres personnes"),
    Details.ALL: gettext_lazy("tous, pour l’autorité de contrôle"),
    Details.NONE: gettext_lazy("aucun"),
}


@dataclass(frozen=True)
class Question:
    """What an evidence pack shall contain: events of accounts, of one employee, or of a period.

    `accounts` maps references to ids. `reason` says, as a code and as text, why an employee's events are requested.
    """

    accounts: dict[str, UUID]
    person: Person | None
    first: date | None
    last: date | None
    details: Details
    reason: tuple[str, str] = ("", "")

    @property
    def scope(self) -> str:
        return "person" if self.person else "account" if self.accounts else "period"

    def wanted(self) -> Wanted:
        return Wanted(
            accounts=tuple(self.accounts.values()),
            person=self.person.pk if self.person else None,
            start=midnight(self.first) if self.first else None,
            end=midnight(self.last, 1) if self.last else None,
            details=self.details,
        )

    def words(self, by: Person, upto: Sealed) -> str:
        """Describe in words what the pack contains, who asked for it, and how large the audit log was.

        This text is in the pack's signed manifest.
        """
        requested = _("Demandé par %(name)s, à partir du journal de %(size)s mentions signé le %(when)s.") % {
            "name": by.name,
            "size": upto.size,
            "when": f"{upto.at.astimezone(UTC):%d/%m/%Y %H:%M:%S} UTC",
        }
        details = _("Détails joints : %(which)s.") % {"which": DETAILS[self.details]}
        period = {
            (True, True): _(", du %(first)s au %(last)s"),
            (True, False): _(", depuis le %(first)s"),
            (False, True): _(", jusqu’au %(last)s"),
        }.get((self.first is not None, self.last is not None), "")
        days = {name: f"{day:%d/%m/%Y}" if day else "" for name, day in (("first", self.first), ("last", self.last))}
        return " ".join([f"{self._about()}{period % days}.", requested, details])

    def _about(self) -> str:
        if self.person:
            words = {"name": self.person.name, "reason": self.reason[1]}
            return _("Consultations et modifications faites par %(name)s (motif : %(reason)s)") % words
        if not self.accounts:
            return _("Toutes les mentions du journal")
        sentence = ngettext(
            "Consultations et modifications du compte %(list)s",
            "Consultations et modifications des comptes %(list)s",
            len(self.accounts),
        )
        return sentence % {"list": ", ".join(self.accounts)}


def may_take_all(access: AccessContext) -> bool:
    """Whether the person may download an evidence pack with all audit events of a period. Only an inspector may do
    this.

    All events of a period together show when each employee works, even under pseudonyms. The employer must not learn
    working times from Loge (decision record 0028).
    """
    return access.holds(Permission.CONTROL_READ)


def take(access: AccessContext, question: Question, file: IO[bytes], most: int, earlier: int = 0) -> Taken:
    """Write an evidence pack to `file`, and record in the audit event what it contains.

    `most` is the maximum number of events. `earlier` is the size of the audit log in an older pack, which the new pack
    continues; 0 if there is none. Raises NothingSealed, TooMany, WitnessesRefused, or PermissionDenied if the person
    may not export this pack.
    """
    if question.scope == "period" and not may_take_all(access):
        raise PermissionDenied
    upto = sealed(access.rows)
    taking = Taking(access.rows, values, question.wanted(), upto, most, earlier)
    *_older, (_key_id, _made, signer) = packers()
    made = pack.Question(upto.origin, question.words(access.person, upto), utc(datetime.now(UTC)), taking.whole)
    done = taking.write(file, made, [*pack_keys(), *witness_keys()], signer)
    for account in question.accounts.values():
        access.saw(Subject("account", account))
    access.note(
        events.EVIDENCE_TAKEN,
        count=done.events,
        scope=Code(question.scope),
        format=Code(question.details),
        first_day=question.first,
        last_day=question.last,
        person=question.person.pk if question.person else None,
        reason=Code(question.reason[0]) if question.reason[0] else None,
    )
    return done


def pack_keys() -> list[pack.Key]:
    """Return the public keys that verify signatures of evidence packs. The last one belongs to the key now in use."""
    return [pack.Key(signer.verifier.vkey, "pack", made) for _key_id, made, signer in packers()]


def witness_keys() -> list[pack.Key]:
    """Return the public keys of the witnesses: outside servers that countersign the state of the audit log.

    Raises WitnessesRefused if the configuration of the witnesses is invalid.
    """
    return [pack.Key(key.vkey, "witness", "") for witness in witnesses() for key in witness.keys]
