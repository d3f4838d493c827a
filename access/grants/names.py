"""Normalises names and addresses, so that whoever decides on a request cannot mistake one person for another."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from screening.words.shown import visible_text


def plain_name(text: str) -> str:
    """The name in normal form with single spaces. Raises ValidationError for invisible or look-alike letters."""
    plain = unicodedata.normalize("NFC", " ".join(text.split()))
    simply = unicodedata.normalize("NFKC", plain)  # not stored, only checked: NFKC turns ² into 2
    ours = any(sign.isascii() and sign.isalpha() for sign in simply)
    if not plain.isprintable() or (ours and visible_text(simply)[0] != simply):
        raise ValidationError(_("Un nom ne peut contenir que des caractères visibles, d’un seul alphabet."))
    return plain


def plain_address(email: str) -> str:
    """The address in lowercase.

    Raises ValidationError unless it is ASCII: with accents or other alphabets it could imitate another address.
    """
    if not email.isascii():
        raise ValidationError(_("Écrivez l’adresse professionnelle sans accent, en lettres latines."))
    return email.strip().lower()
