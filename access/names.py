"""What people and places are called, as it shows: whoever decides on one must not take it for another."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from privacy.screening.shown import shown


def plain_name(text: str) -> str:
    """One spelling of it. Raises ValidationError where a sign does not show, or a letter is another's look-alike."""
    plain = unicodedata.normalize("NFC", " ".join(text.split()))
    simply = unicodedata.normalize("NFKC", plain)  # a figure set high is a figure
    ours = any(sign.isascii() and sign.isalpha() for sign in simply)
    if not plain.isprintable() or (ours and shown(simply)[0] != simply):
        raise ValidationError(_("Un nom s’écrit avec des signes qui se voient, et les lettres d’un seul alphabet."))
    return plain


def plain_address(email: str) -> str:
    """In small letters. Raises ValidationError: a letter with an accent, or of another alphabet, is somebody else's."""
    if not email.isascii():
        raise ValidationError(_("Une adresse professionnelle s’écrit sans accent, en lettres latines."))
    return email.strip().lower()
