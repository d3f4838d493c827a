"""Models of facts and their codes, notes, contested refusals, contact attempts, and comments of an older system."""

from casework.models.certificate import DestructionCertificate
from casework.models.contact_attempt import ContactAttempt
from casework.models.contest import AllowedWording, ContestedSentence
from casework.models.fact import AccountFact, CardFact, DwellingFact, Fact
from casework.models.fact_code import FactCode, FactScope, FactTerm, Slot
from casework.models.legacy_comments import LegacyComment, LegacyCommentFile, LegacyCommentTally
from casework.models.note import AccountNote

__all__ = [
    "AccountFact",
    "AccountNote",
    "AllowedWording",
    "CardFact",
    "ContactAttempt",
    "ContestedSentence",
    "DestructionCertificate",
    "DwellingFact",
    "Fact",
    "FactCode",
    "FactScope",
    "FactTerm",
    "LegacyComment",
    "LegacyCommentFile",
    "LegacyCommentTally",
    "Slot",
]
