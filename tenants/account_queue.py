"""Account queues: the accounts of a list, stored so that one key press opens the next account of this list.

A page has one queue for each of its lists. A signed cookie stores the queues of the latest page: the account references
in order and, if the list implies a purpose for opening its accounts, this purpose. A link to the next account contains
only the account's rank in the queue, not the reference.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from access.models import Person
from audit.purposes import PICKED, Purpose

COOKIE, _SALT, _VALID = "loge_pile", "tenants.pile", 12 * 60 * 60
LISTED = "liste"  # LISTED: URL parameter with the name of the list from which an account is opened
LONGEST_BACK = 500  # LONGEST_BACK: a longer URL is stored without its query string, which any link can set
LARGEST = 80  # LARGEST: maximum number of account references. Twice as many would not fit into a cookie.
_TABLE = str.maketrans("", "", "-")


@dataclass(frozen=True)
class Pile:
    """The account queue of one list: the references of its accounts, in order. `back` is the URL of the list.

    `name` distinguishes the queues of a page that has several lists.
    """

    back: str
    references: tuple[str, ...]
    # `purposes` has a digit per reference: the position of its purpose in the list PICKED, from 1, or 0 for none.
    purposes: str = ""
    name: str = ""


@dataclass(frozen=True)
class Standing:
    """The position of an account in the queue, with the ranks of its neighbours.

    Ranks begin at one. A rank of zero means that there is no previous or no next account.
    """

    back: str
    rank: int
    total: int
    name: str = ""

    @property
    def before(self) -> int:
        return self.rank - 1

    @property
    def after(self) -> int:
        return self.rank + 1 if self.rank < self.total else 0


def pile_for(back: str, purposes: Mapping[str, str], name: str = "") -> Pile:
    """Return the account queue of a list. `purposes` maps the reference of each account to the purpose for which people
    open it from this list, or to "" if the list implies no purpose.

    `back` is the list's URL. If it is too long for the cookie, its query string is left out.
    """
    if len(back) > LONGEST_BACK:
        back = back.partition("?")[0]
    digits = "".join(str(PICKED.index(Purpose(why)) + 1) if why else "0" for why in purposes.values())
    return Pile(back, tuple(purposes), digits, name)


def lay(response: HttpResponse, by: Person, piles: Iterable[Pile], *, secure: bool) -> HttpResponse:
    """Store the account queues (the accounts of each list of a page, in order) in a cookie. `secure` is the cookie's
    `Secure` flag."""
    stored, room = [], LARGEST
    for pile in piles:
        references = pile.references[:room]
        room -= len(references)
        if references:
            signs = "".join(references).translate(_TABLE)
            stored.append([pile.name, pile.back, signs, pile.purposes[: len(references)]])
    value = signing.dumps([str(by.pk), stored], salt=_SALT)
    response.set_cookie(COOKIE, value, secure=secure, httponly=True, samesite="Strict")
    return response


def piles_of(request: HttpRequest, by: Person) -> list[Pile]:
    """Read the account queues from their cookie; none without a cookie, or if the cookie belongs to another person."""
    try:
        owner, stored = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_VALID)
    except (signing.BadSignature, ValueError):  # A cookie in an older format raises ValueError.
        return []
    if owner != str(by.pk):
        return []
    return [Pile(back, _references(signs), why, name) for name, back, signs, why in stored]


def _references(signs: str) -> tuple[str, ...]:
    return tuple("-".join(signs[at + part : at + part + 4] for part in (0, 4, 8)) for at in range(0, len(signs), 12))


def pile_of(request: HttpRequest, by: Person, reference: str = "") -> Pile:
    """Return the account queue of the list from which the person opened this account, or an empty queue.

    The URL contains the name of the list. Without the name, the first list that contains the account is taken.

    If the page repeats a list's URL with a query string, the page must not be compressed: the size of a compressed
    response could reveal secrets of the page.
    """
    piles, name = piles_of(request, by), request.GET.get(LISTED, "")
    fitting = [pile for pile in piles if not reference or reference in pile.references]
    chosen = next((pile for pile in fitting if pile.name == name), fitting[0] if fitting else Pile("", ()))
    request.repeats_query = "?" in chosen.back  # type: ignore[attr-defined]  # read by housing.middleware.Compressed
    return chosen


def address_of(reference: str, pile: Pile) -> str:
    """Return the URL that opens an account from the list whose account queue is `pile`."""
    address = reverse("account", kwargs={"reference": reference})
    return f"{address}?{LISTED}={pile.name}" if pile.name else address


def led_by(request: HttpRequest, by: Person, reference: str) -> Purpose | None:
    """Return the purpose that the person's list of accounts implies for opening this account, or None if the list
    implies none. The purpose was stored in the account queue when the list was displayed."""
    pile = pile_of(request, by, reference)
    rank = int(pile.purposes[pile.references.index(reference)]) if reference in pile.references else 0
    return PICKED[rank - 1] if rank else None


def standing(pile: Pile, reference: str) -> Standing | None:
    if reference not in pile.references:
        return None
    return Standing(pile.back, pile.references.index(reference) + 1, len(pile.references), pile.name)
