"""The account queue: the accounts of a list, stored so that one key press leads from an account to the next.

The queue is a signed cookie. It holds the references in order, the person who saw the list and, where the list implies
one, the purpose of opening each account. Pages do not print these references: the next account is requested by its
rank.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest, HttpResponse

from access.models import Person
from audit.purposes import PICKED, Purpose

COOKIE, _SALT, _VALID = "loge_pile", "tenants.pile", 12 * 60 * 60
LARGEST = 80  # references; twice as many would not fit into a cookie
_TABLE = str.maketrans("", "", "-")


@dataclass(frozen=True)
class Pile:
    """`back` is the address of the list that the queue comes from."""

    back: str
    references: tuple[str, ...]
    purposes: str = ""  # one digit for each reference: 1-based rank of its purpose in PICKED, or zero


@dataclass(frozen=True)
class Standing:
    """The position of an account in the queue. Ranks begin at one; zero means that there is no such neighbour."""

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
    """Store the queue in a cookie of the response that lists the accounts.

    `purposes` maps each reference to the purpose that the list implies, or to "" if it implies none. `secure` is passed
    on to the cookie.
    """
    references = list(purposes)[:LARGEST]
    why = "".join(str(PICKED.index(Purpose(purposes[ref])) + 1) if purposes[ref] else "0" for ref in references)
    value = signing.dumps([str(by.pk), back, "".join(references).translate(_TABLE), why], salt=_SALT)
    response.set_cookie(COOKIE, value, secure=secure, httponly=True, samesite="Strict")
    return response


def pile_of(request: HttpRequest, by: Person) -> Pile:
    """Read the queue from its cookie. Empty if there is none, or if it belongs to somebody else."""
    try:
        owner, back, signs, why = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_VALID)
    except (signing.BadSignature, ValueError):  # ValueError: the cookie was written by an earlier version
        return Pile("", ())
    if owner != str(by.pk):
        return Pile("", ())
    references = ("-".join(signs[at + part : at + part + 4] for part in (0, 4, 8)) for at in range(0, len(signs), 12))
    return Pile(back, tuple(references), why)


def led_by(request: HttpRequest, by: Person, reference: str) -> Purpose | None:
    """Return the purpose of opening an account of the queue, if the list implies one."""
    pile = pile_of(request, by)
    rank = int(pile.purposes[pile.references.index(reference)]) if reference in pile.references else 0
    return PICKED[rank - 1] if rank else None


def standing(pile: Pile, reference: str) -> Standing | None:
    if reference not in pile.references:
        return None
    return Standing(pile.back, pile.references.index(reference) + 1, len(pile.references))
