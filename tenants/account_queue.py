"""The account queue: the accounts of a list page, stored so that one key press opens the next account.

The queue is a signed cookie. It holds the account references in order and the id of the person who saw the list. If the
list implies a purpose for opening an account, it holds that purpose too. Pages do not print these references: a link to
the next account contains only its rank in the queue.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest, HttpResponse

from access.models import Person
from audit.purposes import PICKED, Purpose

COOKIE, _SALT, _VALID = "loge_pile", "tenants.pile", 12 * 60 * 60
LARGEST = 80  # Maximum number of account references. Twice as many would not fit into a cookie.
_TABLE = str.maketrans("", "", "-")


@dataclass(frozen=True)
class Pile:
    """The account queue as read from its cookie: the references of the accounts on a list page, in order. `back` is the
    URL of that page."""

    back: str
    references: tuple[str, ...]
    # One digit per account reference: the position of its purpose in `audit.purposes.PICKED`, from 1, or 0 for none.
    purposes: str = ""


@dataclass(frozen=True)
class Standing:
    """The position of an account in the queue, with the ranks of its neighbours.

    Ranks begin at one. A rank of zero means that there is no previous or no next account.
    """

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
    """Store the queue in a cookie of the response that lists the accounts. `secure` is the cookie's `Secure` flag.

    `purposes` maps each account reference to the purpose of opening the account that the list implies, or to "".
    """
    references = list(purposes)[:LARGEST]
    why = "".join(str(PICKED.index(Purpose(purposes[ref])) + 1) if purposes[ref] else "0" for ref in references)
    value = signing.dumps([str(by.pk), back, "".join(references).translate(_TABLE), why], salt=_SALT)
    response.set_cookie(COOKIE, value, secure=secure, httponly=True, samesite="Strict")
    return response


def pile_of(request: HttpRequest, by: Person) -> Pile:
    """Read the account queue from its cookie. Return an empty queue without a cookie, or if the cookie belongs to
    another person."""
    try:
        owner, back, signs, why = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_VALID)
    except (signing.BadSignature, ValueError):  # A cookie in an older format raises ValueError.
        return Pile("", ())
    if owner != str(by.pk):
        return Pile("", ())
    references = ("-".join(signs[at + part : at + part + 4] for part in (0, 4, 8)) for at in range(0, len(signs), 12))
    return Pile(back, tuple(references), why)


def led_by(request: HttpRequest, by: Person, reference: str) -> Purpose | None:
    """Return the purpose that the account queue stores for this account, because the list page implied it, or None."""
    pile = pile_of(request, by)
    rank = int(pile.purposes[pile.references.index(reference)]) if reference in pile.references else 0
    return PICKED[rank - 1] if rank else None


def standing(pile: Pile, reference: str) -> Standing | None:
    if reference not in pile.references:
        return None
    return Standing(pile.back, pile.references.index(reference) + 1, len(pile.references))
