"""Telephone numbers: typed as in France, stored in the E.164 format, displayed as they are dialled."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumbers import PhoneNumber, PhoneNumberFormat, ValidationResult

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

INCOMPLETE = _("Ce numéro n’est pas complet : écrivez dix chiffres, ou l’indicatif du pays.")
NO_COUNTRY = _("Cet indicatif de pays n’existe pas.")
_SIGNS = re.compile(r"[0-9+().\s/\u2010-\u2015-]*")
_STORED = re.compile(r"\+[1-9][0-9]{7,14}")
FRANCE = 33
# Maps each overseas country code to the first digits of its numbers, which people in France dial without the code.
# All numbers that begin with 0639 belong to Mayotte, except 06 39 98, which is reserved for fiction.
OVERSEAS = {
    590: re.compile("590|690|691"),
    594: re.compile("594|694"),
    596: re.compile("596|696|697"),
    262: re.compile("262|263|269|692|693|639(?!98)"),
}
# Four-digit numbers (39 xx), which are allowed for agencies only.
SHORT = re.compile(r"3[0-9]{3}")


def read_phone(text: str, short: bool = False) -> str:
    """Convert a typed number to its stored form: "06 39 98 12 34" to "+33639981234", "0690 12 34 56" to
    "+590690123456".

    A number of another country needs its country code. `short`: also accept four digits. Any nine digits after the
    French code are accepted, so that numbers reserved for fiction can be used. For other countries only the length is
    checked, because lists of assigned ranges become outdated. Raises ValidationError.
    """
    if short and SHORT.fullmatch(re.sub(r"[\s.-]", "", text)):
        return re.sub(r"[\s.-]", "", text)
    if not _SIGNS.fullmatch(text):
        raise _refusal(INCOMPLETE)
    try:
        number = phonenumbers.parse(re.sub(r"\s", " ", text).replace("(0)", ""), "FR")
    except phonenumbers.NumberParseException as error:
        unknown = error.error_type == error.INVALID_COUNTRY_CODE
        raise _refusal(NO_COUNTRY if unknown else INCOMPLETE) from None
    if number.country_code == FRANCE:
        national = str(number.national_number)
        if not re.fullmatch("[1-9][0-9]{8}", national):
            raise _refusal(INCOMPLETE)
        if code := next((code for code, prefix in OVERSEAS.items() if prefix.match(national)), None):
            number = PhoneNumber(country_code=code, national_number=number.national_number)
    elif phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        raise _refusal(INCOMPLETE)
    stored = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if not _STORED.fullmatch(stored):
        raise _refusal(INCOMPLETE)
    return stored


def _refusal(sentence: "_StrPromise") -> ValidationError:
    return ValidationError(sentence, code="phone")


def validate_phone(number: str) -> None:
    """Raise ValidationError unless the number is in its stored form. An empty text is accepted."""
    if number and read_phone(number) != number:
        raise _refusal(INCOMPLETE)


def validate_agency_phone(number: str) -> None:
    if number and read_phone(number, short=True) != number:
        raise _refusal(INCOMPLETE)


def dialled(number: str) -> str:
    """Return the ten digits to dial in France, or an empty string for a foreign number."""
    if re.fullmatch(r"\+33[1-9]\d{8}", number):
        return f"0{number[3:]}"
    if (there := re.fullmatch(r"\+(262|590|594|596)(\d{9})", number)) and reads_as(f"0{there[2]}") == number:
        return f"0{there[2]}"
    return ""


def reads_as(text: str) -> str:
    """Convert a typed number to its stored form. Returns an empty string if the text is not a telephone number."""
    try:
        return read_phone(text)
    except ValidationError:
        return ""


def written_phone(number: str) -> str:
    """Format a stored number as people write it: "+33639981234" as "06 39 98 12 34". Foreign numbers are unchanged."""
    return " ".join(re.findall("..", dialled(number))) or number


_GAP = r"[ \u00a0\u202f]?[.\-/·]?[ \u00a0\u202f]?"
# `_DIALLED` matches the ten digits of a number in France, in the groups in which people write them.
# `_DIALLED` does not match a date followed by a time ("05.06.26 14 30 00"), which looks like a number.
_DIALLED = re.compile(
    r"(?<!\d)(?!\d\d([/.\-])\d\d\1\d\d\s)0(?:"
    rf"[1-9](?P<gap>{_GAP})\d\d(?:(?P=gap)\d\d){{3}}"
    rf"|\d{{3}}(?:{_GAP}\d\d){{3}}"
    rf"|\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{3}}"
    rf"|{_GAP}\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{3}}"
    r")(?!\d)"
)
_WITH_CODE = re.compile(r"(?<![\w+])(?:\+|00)[1-9](?:[ \u00a0\u202f.\-()/]{0,3}\d){6,14}(?!\d)")


def find_phones(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each telephone number in a sentence, in the order of the text.

    A number without a country code has ten digits, as in France.
    """
    end = 0
    for match in sorted([*_DIALLED.finditer(text), *_WITH_CODE.finditer(text)], key=lambda match: match.start()):
        if match.start() >= end and (last := end_of_phone(text, *match.span())):
            end = last
            yield match.start(), end


def end_of_phone(text: str, start: int, end: int) -> int:
    """Return the end of the longest telephone number that begins at `start` and ends at `end` or before, or 0 if there
    is none.

    Digits after a number, as in "+33 6 39 98 12 34 2 fois", do not belong to it.
    """
    ends = [at for at in range(end, start, -1) if text[at - 1].isdigit() and not text[at : at + 1].isdigit()]
    return next((at for at in ends if reads_as(text[start:at].replace("·", " "))), 0)


class PhoneField(forms.CharField):
    """Form field for a telephone number. Its cleaned value is the number in its stored form."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})

    def __init__(self, *args: Any, short: bool = False, max_length: int = 40, **kwargs: Any) -> None:
        super().__init__(*args, max_length=max_length, **kwargs)
        self.short = short

    def prepare_value(self, value: Any) -> Any:
        return written_phone(value) if isinstance(value, str) else value

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        return read_phone(text, self.short) if text else ""
