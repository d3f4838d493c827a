"""Prepares a certificate of destruction for display: its counts, its dates, and the values that prove its signature."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from casework.legacy_comment_queue import KINDS
from casework.models import DestructionCertificate
from casework.models.legacy_comments import Outcome
from casework.vocabulary import LEGACY_COMMENT_GROUNDS
from privacy.encryption.signing import is_signed, public_key


@dataclass(frozen=True)
class Row:
    agency: str
    category: Promise | str
    outcome: Promise | str
    lines: int

    @classmethod
    def from_outcome(cls, row: dict[str, Any]) -> "Row":
        """Build a displayed row from a row of the signed statement. Words replace the codes of category and outcome."""
        outcome = Outcome(row["outcome"]).label
        ground = LEGACY_COMMENT_GROUNDS.label(row["ground"]) if row["ground"] else ""
        return cls(row["agency"], KINDS[row["category"]], f"{outcome} : {ground}" if ground else outcome, row["lines"])


@dataclass(frozen=True)
class CertificateSummary:
    """The content of the certificate's page and PDF.

    `sums` contains (label, count) pairs. The first count is the total of the others.
    """

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
        """The key, the signature and the file's hash, with which a reader can verify the certificate."""
        lines = [f"Ed25519 {self.key_id}", f"public {self.public_key}", f"signature {self.signature}"]
        return [*lines, f"sha256 {self.file}"]


def summarize(certificate: DestructionCertificate) -> CertificateSummary:
    statement: dict[str, Any] = certificate.statement
    names = [("imported", _("reprises")), ("noted", _("transformées en notes")), ("replaced", _("remplacées"))]
    names += [("erased", _("effacées")), ("kept", _("conservées"))]
    return CertificateSummary(
        read_on=date.fromisoformat(statement["read_on"]),
        issued_on=certificate.issued_on,
        issued_by=certificate.issued_by.name,
        file=statement["file"],
        sums=[(name, statement[code]) for code, name in names],
        rows=[Row.from_outcome(row) for row in statement["outcomes"]],
        key_id=certificate.key_id,
        signature=certificate.signature,
        public_key=public_key(certificate.key_id),
        is_signed=is_signed(statement, certificate.key_id, certificate.signature),
    )
