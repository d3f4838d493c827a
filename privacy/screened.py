"""Validation of texts that somebody types about a person, before they are stored. The screening (app `screening`)
refuses texts that disclose, for example, an illness.

    text = ScreenedText(max_length=280)          # model field: save, bulk_create and update() all screen the text
    require_allowed_text(text, context)          # returns a Clean text, or raises Refused with the findings
    require_allowed_address(email="nadia@…")     # raises ValidationError if the part before the @ discloses something
    named(contact_name="Nadia Voisine")          # raises ValidationError for that field

No error message repeats a refused text. The error has the findings as an attribute, for the page that shows them.
"""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from privacy.identifiers import IDENTIFIERS, find_identifiers
from screening import CATEGORIES, Context, Finding, screen
from screening.naming import screen_address, screen_name

LONGEST = 280
# REASONS for refusing a sentence: `screen` finds those in CATEGORIES, `find_identifiers` those in IDENTIFIERS.
REASONS = (*CATEGORIES, *IDENTIFIERS)


class Refused(ValidationError):
    """Raised for a text that discloses what may not be stored about a person, such as an illness. The message does not
    repeat the text."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(_("La phrase n’est pas enregistrée."), code="screened")
        self.findings = findings


class Clean(str):
    """A text that may be stored. Only this module may create it, which tests/architecture/test_words.py checks."""

    __slots__ = ()


def require_length(text: str, longest: int = LONGEST) -> None:
    """Raise ValidationError for a text that is too long. Call this before screening a text, because the time for
    screening grows with its length."""
    MaxLengthValidator(longest)(text)


def find_disclosures(text: str, context: Context | None = None, longest: int = LONGEST) -> list[Finding]:
    """Screen a text. Return what it discloses about a person, and the identifiers in it (IBANs, telephone numbers and
    names of other people), explained in the reader's language.

    Raises ValidationError if the text has more than `longest` characters.
    """
    require_length(text, longest)
    findings = [*screen(text, context, (get_language() or "fr")[:2]), *find_identifiers(text, context)]
    return sorted(findings, key=lambda finding: (finding.start, finding.end))


def require_allowed_text(text: str, context: Context | None = None, longest: int = LONGEST) -> Clean:
    """Screen a text, and return it as a Clean text. Raises Refused if the text discloses what may not be stored about a
    person, and ValidationError if the text is too long."""
    findings = find_disclosures(text, context, longest)
    if findings:
        raise Refused(findings)
    return Clean(text)


def named(**names: str) -> None:
    """Screen the values of name fields, given by field name. Any single word is accepted, because it may be a name. A
    value that looks like a sentence is screened like a sentence."""
    for field, text in names.items():
        try:
            require_length(text)
        except ValidationError as error:
            raise ValidationError({field: error}) from None
    if wrong := [field for field, text in names.items() if screen_name(text)]:
        message = _(
            "Écrivez seulement un nom, avec ses majuscules : ces mots décrivent une personne et ne peuvent pas "
            "être enregistrés."
        )
        raise ValidationError({field: ValidationError(message, code="screened") for field in wrong})


def require_allowed_address(**addresses: str) -> None:
    """Screen e-mail addresses, given by field name. The part before the @ is screened like a name, because it may
    describe a person."""
    for field, address in addresses.items():
        require_length(address)
        if screen_address(address):
            sentence = _("Les mots placés avant l’arobase décrivent une personne et ne peuvent pas être enregistrés.")
            raise ValidationError({field: ValidationError(sentence, code="screened")})


def allowed(text: str) -> Clean:
    """Mark a text as Clean without screening it. Call this only for a text that the screening refused and that two
    people then decided to keep."""
    return Clean(text)


def categories(findings: list[Finding]) -> str:
    """Return the codes of the categories found in a refused text, sorted and joined by ".". The audit event stores
    these codes instead of the text."""
    return ".".join(sorted({finding.category for finding in findings}))[:64]


if TYPE_CHECKING:
    ScreenedBase = models.CharField[str, str]
else:
    ScreenedBase = models.CharField


class ScreenedText(ScreenedBase):
    """Model field that screens each text before it is stored. `save`, `bulk_create` and `update()` all call methods
    that this class overrides, so none of them can store an unscreened text."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return self._passed(super().pre_save(model_instance, add))

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        # Pass a Clean text on, so that `get_placeholder`, which Django calls next, does not screen the text again.
        return Clean(super().get_db_prep_save(self._passed(value), connection))

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        """Check a value before it is written into an SQL statement. Django calls this method for every value. An SQL
        expression is refused, because it cannot be screened."""
        self._passed(value)
        return "%s"

    def _passed(self, value: Any) -> Any:
        if isinstance(value, Clean):
            return value
        if isinstance(value, str):
            return require_allowed_text(value, longest=self.max_length or LONGEST)
        raise TypeError(f"{self.name} is screened: it takes a text, not a {type(value).__name__}.")
