"""A certificate of destruction in words: its counts, its days, and the line by which anybody checks it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from privacy.encryption.signing import is_signed, public_key
from tenants.models import DestructionCertificate
from tenants.models.inheritance import Outcome
from tenants.triage import KINDS
from tenants.vocabulary import INHERITED_GROUNDS


@dataclass(frozen=True)
class Row:
    agency: str
    category: Promise | str
    outcome: Promise | str
    lines: int


@dataclass(frozen=True)
class Told:
    """What the page and the PDF say. `sums`: (what, how many), the first the sum of the others."""

    read_on: date
    issued_on: date
    issued_by: str
    file: str
    sums: Sequence[tuple[str, int]]
    rows: Sequence[Row]
    key_id: str
    signature: str
    public_key: str
    is_signed: bool

    @property
    def proof(self) -> list[str]:
        """What whoever checks it needs, one a line."""
        lines = [f"Ed25519 {self.key_id}", f"public {self.public_key}", f"signature {self.signature}"]
        return [*lines, f"sha256 {self.file}"]


def told(certificate: DestructionCertificate) -> Told:
    said: dict[str, Any] = certificate.statement
    names = [("imported", _("reprises")), ("noted", _("devenues des notes")), ("replaced", _("remplacées"))]
    names += [("erased", _("effacées")), ("kept", _("conservées"))]
    return Told(
        read_on=date.fromisoformat(said["read_on"]),
        issued_on=certificate.issued_on,
        issued_by=certificate.issued_by.name,
        file=said["file"],
        sums=[(name, said[code]) for code, name in names],
        rows=[_row(one) for one in said["outcomes"]],
        key_id=certificate.key_id,
        signature=certificate.signature,
        public_key=public_key(certificate.key_id),
        is_signed=is_signed(said, certificate.key_id, certificate.signature),
    )


def _row(one: dict[str, Any]) -> Row:
    outcome = Outcome(one["outcome"]).label
    ground = INHERITED_GROUNDS.label(one["ground"]) if one["ground"] else ""
    return Row(one["agency"], KINDS[one["category"]], f"{outcome} : {ground}" if ground else outcome, one["lines"])
