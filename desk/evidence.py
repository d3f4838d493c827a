"""The evidence pack of somebody who may take one: what is asked, in words and for the database, and the file.

A page and a command call it from behind the same door's role; neither gives more than the person may read.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import IO
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from access.look import Look
from access.models import Person
from access.permissions import Permission
from audit import events, pack
from audit.events import Code
from audit.record import Subject
from audit.sealed.taking import Details, Sealed, Taken, Taking, Wanted, sealed
from audit.sealed.witnesses import witnesses
from audit.tlog.leaf import utc
from desk.forms.trace import midnight
from privacy import encryption
from privacy.signing import packers

DETAILS: dict[str, Promise | str] = {
    Details.OWN: gettext_lazy("sans ceux qui nomment d’autres personnes"),
    Details.ALL: gettext_lazy("tous, pour qui contrôle"),
    Details.NONE: gettext_lazy("aucun"),
}


@dataclass(frozen=True)
class Question:
    """`accounts` by their references. `reason`: why a colleague's looks are asked for, as a code and in words."""

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
        """What was asked, by whom and of what: the manifest says it, and the pack's key signs it."""
        return " ".join([f"{self._about()}{self._when()}.", _asked(by, upto), self._given()])

    def _about(self) -> str:
        if self.person:
            words = {"name": self.person.name, "reason": self.reason[1]}
            return _("Ce que %(name)s a vu ou changé (motif : %(reason)s)") % words
        if not self.accounts:
            return _("Tout ce qui est entré au journal")
        found = ngettext(
            "Ce qui a été vu ou changé du compte %(list)s",
            "Ce qui a été vu ou changé des comptes %(list)s",
            len(self.accounts),
        )
        return found % {"list": ", ".join(self.accounts)}

    def _when(self) -> str:
        days = {"first": _day(self.first), "last": _day(self.last)}
        if self.first and self.last:
            return _(", du %(first)s au %(last)s") % days
        if self.first:
            return _(", depuis le %(first)s") % days
        return _(", jusqu’au %(last)s") % days if self.last else ""

    def _given(self) -> str:
        return _("Détails : %(which)s.") % {"which": DETAILS[self.details]}


def may_take_all(look: Look) -> bool:
    """All of a period is taken by who inspects, and by nobody else. Each entry bears the pseudonym of who acted: all of
    them with their times would be a record of when people work, which nobody who watches the staff may hold (0028)."""
    return look.holds(Permission.CONTROL_READ)


def take(look: Look, question: Question, file: IO[bytes], most: int, earlier: int = 0) -> Taken:
    """Write the pack, and record in the event what it contains. `earlier`: size of an older pack's checkpoint. Raises
    NothingSealed, TooMany, WitnessesRefused, and PermissionDenied if the person may not take it."""
    if question.scope == "period" and not may_take_all(look):
        raise PermissionDenied
    upto = sealed(look.rows)
    taking = Taking(look.rows, encryption, question.wanted(), upto, most, earlier)
    *_older, (_key_id, _made, signer) = packers()
    made = pack.Question(upto.origin, question.words(look.person, upto), utc(datetime.now(UTC)), taking.whole)
    done = taking.write(file, made, [*pack_keys(), *witness_keys()], signer)
    _say(look, question, done)
    return done


def pack_keys() -> list[pack.Key]:
    """What signs packs, the current one last."""
    return [pack.Key(signer.verifier.vkey, "pack", made) for _key_id, made, signer in packers()]


def witness_keys() -> list[pack.Key]:
    """Of the witnesses this house knows. Raises WitnessesRefused."""
    return [pack.Key(key.vkey, "witness", "") for witness in witnesses() for key in witness.keys]


def _say(look: Look, question: Question, done: Taken) -> None:
    for account in question.accounts.values():
        look.saw(Subject("account", account))
    look.note(
        events.EVIDENCE_TAKEN,
        count=done.events,
        scope=Code(question.scope),
        format=Code(question.details),
        first_day=question.first,
        last_day=question.last,
        person=question.person.pk if question.person else None,
        reason=Code(question.reason[0]) if question.reason[0] else None,
    )


def _asked(by: Person, upto: Sealed) -> str:
    return _("Demandé par %(name)s, au journal de %(size)s événements signé le %(when)s.") % {
        "name": by.name,
        "size": upto.size,
        "when": f"{upto.at.astimezone(UTC):%d/%m/%Y %H:%M:%S} UTC",
    }


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
