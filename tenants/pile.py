"""A pile of accounts: what a list leaves in hand, so that one goes from an account to the next with one key.

It lies in a signed cookie of the session: references in their order, for the person the list was shown to, and of each
why one opens it from that list, where the list says so. No page prints a reference of it: one asks for the next by its
rank.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest, HttpResponse

from access.models import Person
from audit.purposes import PICKED, Purpose

COOKIE, _SALT, _VALID = "loge_pile", "tenants.pile", 12 * 60 * 60
LARGEST = 80  # references: as many again would not fit a cookie
_TABLE = str.maketrans("", "", "-")


@dataclass(frozen=True)
class Pile:
    """`back` is where it was taken from."""

    back: str
    references: tuple[str, ...]
    purposes: str = ""  # one digit each: its rank on the list of those one picks from, or zero


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


def lay(response: HttpResponse, by: Person, back: str, purposes: Mapping[str, str], *, secure: bool) -> HttpResponse:
    """Beside the page that shows the accounts; each with why one opens it from there, or "" when the page does not say.
    It leaves with the page, or not at all."""
    kept = list(purposes)[:LARGEST]
    why = "".join(str(PICKED.index(Purpose(purposes[one])) + 1) if purposes[one] else "0" for one in kept)
    told = signing.dumps([str(by.pk), back, "".join(kept).translate(_TABLE), why], salt=_SALT)
    response.set_cookie(COOKIE, told, secure=secure, httponly=True, samesite="Strict")
    return response


def pile_of(request: HttpRequest, by: Person) -> Pile:
    """Empty when there is none, or when it is somebody else's."""
    try:
        owner, back, signs, why = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_VALID)
    except (signing.BadSignature, ValueError):  # the latter: laid by an earlier version
        return Pile("", ())
    if owner != str(by.pk):
        return Pile("", ())
    references = ("-".join(signs[at + part : at + part + 4] for part in (0, 4, 8)) for at in range(0, len(signs), 12))
    return Pile(back, tuple(references), why)


def led_by(request: HttpRequest, by: Person, reference: str) -> Purpose | None:
    """Why an account of the pile is opened, as the list it lies in says."""
    pile = pile_of(request, by)
    rank = int(pile.purposes[pile.references.index(reference)]) if reference in pile.references else 0
    return PICKED[rank - 1] if rank else None


def standing(pile: Pile, reference: str) -> Standing | None:
    if reference not in pile.references:
        return None
    return Standing(pile.back, pile.references.index(reference) + 1, len(pile.references))
