"""A pile of accounts: what a list leaves in hand, so that one goes from an account to the next with one key.

It lies in a signed cookie of the session: references in their order, for the person the list was shown to, and nothing
else. No page prints a reference of it: one asks for the next by its rank.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest, HttpResponse

from access.models import Person

COOKIE, _SALT, _VALID = "loge_pile", "tenants.pile", 12 * 60 * 60
LARGEST = 80  # references: as many again would not fit a cookie
_TABLE = str.maketrans("", "", "-")


@dataclass(frozen=True)
class Pile:
    """`back` is where it was taken from."""

    back: str
    references: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """Where an account lies in the pile; ranks begin at one, and none is zero."""

    back: str
    rank: int
    total: int

    @property
    def before(self) -> int:
        return self.rank - 1

    @property
    def after(self) -> int:
        return self.rank + 1 if self.rank < self.total else 0


def lay(response: HttpResponse, by: Person, back: str, references: Iterable[str], *, secure: bool) -> HttpResponse:
    """Beside the page that shows the accounts. It leaves with the page, or not at all."""
    kept = list(dict.fromkeys(references))[:LARGEST]
    told = signing.dumps([str(by.pk), back, "".join(kept).translate(_TABLE)], salt=_SALT)
    response.set_cookie(COOKIE, told, secure=secure, httponly=True, samesite="Strict")
    return response


def pile_of(request: HttpRequest, by: Person) -> Pile:
    """Empty when there is none, or when it is somebody else's."""
    try:
        owner, back, signs = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_VALID)
    except signing.BadSignature:
        return Pile("", ())
    if owner != str(by.pk):
        return Pile("", ())
    return Pile(
        back, tuple("-".join(signs[at + part : at + part + 4] for part in (0, 4, 8)) for at in range(0, len(signs), 12))
    )


def standing(pile: Pile, reference: str) -> Standing | None:
    if reference not in pile.references:
        return None
    return Standing(pile.back, pile.references.index(reference) + 1, len(pile.references))
