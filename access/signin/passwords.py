"""Password validators: refuse leaked passwords, and passwords that consist of known names.

No validator requires digits or special characters.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from unicodedata import combining, normalize

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.models import Person, Place

WORD_LETTERS = 3  # Names shorter than WORD_LETTERS are allowed in a password: they occur in other words.
REST_LETTERS = 8  # A password must have REST_LETTERS characters in addition to known names.
LONGEST = 256
TRADE = ("loge", "gardien", "gardienne", "locataire", "immeuble", "agence", "bailleur", "motdepasse", "password")


class NotOurWords:
    """Refuses passwords with too few characters besides known words.

    Known words are names of the landlord, its places and the person, the person's email address, and words such as
    "loge".
    """

    def validate(self, password: str, user: Person | None = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(_("Ce mot de passe est trop long : %(n)d caractères au plus.") % {"n": LONGEST})
        rest = folded(password)
        names = [settings.HOUSE_NAME, *Place.objects.values_list("name", flat=True)]
        if user is not None:
            names += [user.name, user.email]
        words = {folded(word) for name in names for word in re.split(r"[\W_]+", name)} | set(TRADE)
        for word in sorted(words, key=len, reverse=True):
            if len(word) >= WORD_LETTERS:
                rest = rest.replace(word, "")
        if len("".join(rest.split())) < REST_LETTERS:
            raise ValidationError(
                _("Ce mot de passe contient un nom connu dans Loge : choisissez-en un autre."), code="our_words"
            )

    def get_help_text(self) -> str:
        return _("Il ne doit contenir ni le nom de l’organisme, ni celui d’un immeuble, ni le vôtre.")


class NotLeaked:
    """Refuses passwords listed in a local file of leaked hashes, so that nothing is sent over the network."""

    def validate(self, password: str, user: Person | None = None) -> None:
        if settings.LEAKED_PASSWORDS and is_listed(Path(settings.LEAKED_PASSWORDS), password):
            raise ValidationError(
                _("Ce mot de passe figure dans une liste de mots de passe divulgués : choisissez-en un autre."),
                code="leaked",
            )

    def get_help_text(self) -> str:
        return _("Il ne doit pas figurer dans une liste de mots de passe divulgués.")


def folded(text: str) -> str:
    """Return the text in lowercase and without accents, for comparing."""
    return "".join(sign for sign in normalize("NFKD", text.casefold()) if not combining(sign))


def is_listed(path: Path, password: str) -> bool:
    """Return whether the password is in the file of leaked passwords, which has sorted SHA-1 hashes, one per line."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with path.open("rb") as file:
        return any(line[: len(wanted)].upper() == wanted for line in lines_around(file, wanted))


def lines_around(file: BinaryIO, wanted: bytes) -> Iterator[bytes]:
    """Yields the lines of the sorted file around the position where the hash `wanted` belongs.

    A bisection finds the position without reading the whole file, which has many gigabytes.
    """
    low, high = 0, file.seek(0, os.SEEK_END)
    while high - low > 256:
        middle = (low + high) // 2
        file.seek(middle)
        file.readline()
        low, high = (middle, high) if file.readline()[: len(wanted)].upper() < wanted else (low, middle)
    file.seek(low)
    if low:
        file.readline()
    while file.tell() <= high + 256 and (line := file.readline()):
        yield line
