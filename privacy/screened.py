"""Text that somebody types about a person: read by the screen before it is stored, whichever way it comes.

    text = ScreenedText(max_length=280)          # on a model: saved, bulk-created and updated through the screen alone
    clear(text, context)                         # a Clean text, or Refused with what the screen found
    require_allowed_address(email="nadia@…")     # nothing; or ValidationError for what stands before the @
    named(contact_name="Nadia Voisine")          # nothing; or ValidationError, at that field

A text that is refused stands in no message here: what is found is kept beside the error, for the page that shows it.
"""

from typing import TYPE_CHECKING, Any, NoReturn

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from privacy.screening import Context, Finding, screen
from privacy.screening.naming import screen_address, screen_name

LONGEST = 280


class Refused(ValidationError):
    """The sentence says what may not be held. The message repeats none of it."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(_("La phrase n’est pas entrée dans le registre."), code="screened")
        self.findings = findings


class Clean(str):
    """A text that the screen has let pass. Made by `clear` and `allowed` alone (tests/architecture/test_words.py)."""

    __slots__ = ()


def require_length(text: str, longest: int = LONGEST) -> None:
    """Raises ValidationError for a longer text. Call before screening, whose time grows with the length."""
    MaxLengthValidator(longest)(text)


def found(text: str, context: Context | None = None, longest: int = LONGEST) -> list[Finding]:
    """The findings, in the reader's language. Raises ValidationError if the text is longer than `longest`."""
    require_length(text, longest)
    return screen(text, context, (get_language() or "fr")[:2])


def clear(text: str, context: Context | None = None, longest: int = LONGEST) -> Clean:
    findings = found(text, context, longest)
    if findings:
        raise Refused(findings)
    return Clean(text)


def named(**names: str) -> None:
    """Names by their fields: each may be any word, and what has the shape of a sentence is read like one."""
    for field, text in names.items():
        try:
            require_length(text)
        except ValidationError as error:
            raise ValidationError({field: error}) from None
    if wrong := [field for field, text in names.items() if screen_name(text)]:
        message = _("Un nom seul, avec ses majuscules : ces mots décrivent une personne, et ne peuvent pas être notés.")
        raise ValidationError({field: ValidationError(message, code="screened") for field in wrong})


def require_allowed_address(**addresses: str) -> None:
    """E-mail addresses by their fields: the words before the @ are read as a name with its capitals is."""
    for field, address in addresses.items():
        require_length(address)
        if screen_address(address):
            sentence = _("Ces mots, avant l’arobase, décrivent une personne, et ne peuvent pas être notés.")
            raise ValidationError({field: ValidationError(sentence, code="screened")})


def allowed(text: str) -> Clean:
    """A text that two people let pass, against the screen. Called by the act that carries out what they decided."""
    return Clean(text)


def categories(findings: list[Finding]) -> str:
    """What the trace may say of a refusal: which kinds, and nothing of the words."""
    return ".".join(sorted({finding.category for finding in findings}))[:64]


if TYPE_CHECKING:
    ScreenedBase = models.CharField[str, str]
else:
    ScreenedBase = models.CharField


class ScreenedText(ScreenedBase):
    """No way of saving goes round it: `save`, `bulk_create` and `update()` all prepare the value here."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return self._passed(super().pre_save(model_instance, add))

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        # Still marked as read: a statement asks once more, where it takes the value in.
        return Clean(super().get_db_prep_save(self._passed(value), connection))

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        """Asked of every value on its way into a statement: an expression would be a text nobody has read."""
        self._passed(value)
        return "%s"

    def _passed(self, value: Any) -> Any:
        if isinstance(value, Clean):
            return value
        if isinstance(value, str):
            return clear(value, longest=self.max_length or LONGEST)
        self._cannot_read(value)

    def _cannot_read(self, value: object) -> NoReturn:
        raise TypeError(f"{self.name} is screened: it takes a text, not a {type(value).__name__}.")
