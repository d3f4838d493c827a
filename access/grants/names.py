"""Normalises names and addresses, so that whoever decides on a request cannot mistake one person for another."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from screening.words.shown import visible_text


def plain_name(text: str) -> str:
    """Return the name in Unicode normal form with single spaces.

    Raises ValidationError for invisible letters and for letters that look like those of another alphabet.
    """
    plain = unicodedata.normalize("NFC", " ".join(text.split()))
    # The name is stored in NFC. NFKC, which would turn ² into 2, serves only to detect look-alike letters.
    simply = unicodedata.normalize("NFKC", plain)
    ours = any(sign.isascii() and sign.isalpha() for sign in simply)
    if not plain.isprintable() or (ours and visible_text(simply)[0] != simply):
        raise ValidationError(_("Un nom ne peut contenir que des caractères visibles, d’un seul alphabet."))
    return plain


def plain_address(email: str) -> str:
    """Return the email address in lowercase.

    Raises ValidationError for letters that are not ASCII, because they could imitate another person's address.
    """
    if not email.isascii():
        raise ValidationError(_("Écrivez l’adresse professionnelle sans accent, en lettres latines."))
    return email.strip().lower()
