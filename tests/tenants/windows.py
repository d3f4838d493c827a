"""Test cases for test_time_windows.py: one function per model with a first and a last day.

Each function writes rows that are valid on certain days, and returns a `Look` for each page and API endpoint that shows
them. A `Look` has the user, the address, a text that the response contains while the row is valid, and the first and
last day.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tenants.models import DiscreetMark, HelpCode, LeaseParty, Reminder, ReminderDoor, Representative
from tests.builders import (
    OWNER,
    assign,
    let,
    make_tenant,
    make_unit,
    note,
    paris_day,
    record_attempt,
    settle_in,
    write_note,
)
from tests.world import World

AHEAD, BEHIND = 14, 7  # Pages list arrivals AHEAD days in advance and departures until BEHIND days afterwards.
NAME = "Passage"


@dataclass(frozen=True)
class Look:
    """A request by the user `who` for `address`, and the days on which the response must contain the text `mark`.

    These are the days from `start` to `end`, counted from today. None means that there is no first or last day. If
    `inverse`, the text must be absent on these days and present on all others.
    """

    who: str
    address: str  # If the part after "?" has no "=", it is sent by POST as the field `q`: "/chercher/?Calme".
    mark: str
    start: int | None
    end: int | None
    inverse: bool = False

    def expected(self, day: int) -> bool:
        between = (self.start is None or day >= self.start) and (self.end is None or day <= self.end)
        return between is not self.inverse

    @property
    def edges(self) -> set[int]:
        """Return the days at whose midnight the text `mark` must appear in the response or disappear from it."""
        return {edge for edge in (self.start, None if self.end is None else self.end + 1) if edge is not None}


Scene = Callable[[World, int, int], list[Look]]


def residence(landlord: World, first: int, last: int) -> list[Look]:
    """Return the pages that show a resident who joins a household on day `first` and moves out on day `last`."""
    building = landlord.building("Glycines A")
    account = let(make_unit(building, "31", 3), make_tenant("Compagne"))
    stay = settle_in(make_tenant(NAME), account.lease, account.lease.main_unit, first, last)
    companion = landlord.residence("Compagne")
    around, living, coming, going = (
        (first - AHEAD, last + BEHIND),
        (first, last),
        (first - AHEAD, first - 1),
        (last - AHEAD, last + BEHIND),
    )
    api = "/api/v1/residents/"
    return [
        *(Look(who, f"/fiches/{stay.pk}/", NAME, *around) for who in ("awa", "elise", "georges")),
        *(Look(who, f"/fiches/{companion.pk}/", NAME, first - AHEAD, last) for who in ("awa", "elise")),
        Look("awa", f"/immeubles/{building.pk}/?vue=liste", NAME, *around),
        Look("awa", f"/immeubles/{building.pk}/?vue=facade", NAME, *around),
        Look("awa", f"/immeubles/chercher/?{NAME}", f"/fiches/{stay.pk}/", *around),
        Look("awa", api, str(stay.pk), *around),
        Look("awa", f"{api}search/?{NAME}", str(stay.pk), *around),
        Look("awa", f"{api}{stay.pk}/", f'"{NAME}"', *around),
        Look("awa", f"{api}{companion.pk}/", str(stay.pk), first - AHEAD, last),
        Look("awa", f"{api}?when=living", str(stay.pk), *living),
        Look("awa", f"{api}?when=arriving", str(stay.pk), *coming),
        Look("awa", f"{api}?when=leaving", str(stay.pk), *going),
        Look("elise", "/comptes/?solde=arrivees", account.reference, *coming),
        Look("elise", "/comptes/?solde=departs", account.reference, *going),
    ]


def moves(landlord: World, first: int, last: int) -> list[Look]:
    """Return the start pages of caretakers and managers, which list the arrival and the departure of a new tenant."""
    unit = make_unit(landlord.building("Glycines A"), "31", 3)
    let(unit, make_tenant(NAME), start=first, end=last)
    return [
        Look("awa", "/immeubles/", NAME, first - AHEAD, last + BEHIND),
        Look("georges", "/immeubles/", NAME, first - AHEAD, last + BEHIND),
    ]


def letting(landlord: World, first: int, last: int) -> list[Look]:
    """Return the lists of vacant dwellings.

    A dwelling must be missing from them while it is let, even without a resident.
    """
    building = landlord.building("Glycines A")
    unit = make_unit(building, "Z37", 3)
    let(unit, start=first, end=last)
    vacant = f"/immeubles/{building.pk}/vacants/"
    return [Look(who, vacant, "Z37", first, last, inverse=True) for who in ("awa", "elise")]


def former(landlord: World, first: int, last: int) -> list[Look]:
    account = let(make_unit(landlord.building("Glycines A"), "31", 3), make_tenant(NAME), start=-300, end=last)
    return [Look("elise", "/comptes/partis/", account.reference, last + 1, None)]


def party(landlord: World, first: int, last: int) -> list[Look]:
    """Return the pages that show the co-holder of a lease from day `first` to day `last`.

    Another lease begins after all tested days, so that the lists of accounts are not empty.
    """
    let(make_unit(landlord.building("Glycines A"), "38", 3), make_tenant("Lointaine"), start=last + 30)
    account = let(make_unit(landlord.building("Glycines A"), "31", 3), make_tenant("Titulaire"))
    second = make_tenant(NAME)
    days = {"first_day": paris_day(first), "last_day": paris_day(last)}
    of = {"lease": account.lease, "tenant": second, "name_key": second.name_key, "building_id": account.building_id}
    LeaseParty(**of, **days, capacity="co_holder").save(using=OWNER)
    api, days_shown = "/api/v1/accounts/", (first, last)
    return [
        Look("elise", "/comptes/", NAME, *days_shown),
        Look("elise", f"/comptes/{account.reference}/", NAME, *days_shown),
        Look("elise", f"/comptes/{account.reference}/decompte/", NAME, *days_shown),
        Look("elise", api, NAME, *days_shown),
        Look("elise", f"{api}{account.reference}/", NAME, *days_shown),
        Look("elise", f"{api}search/?Titulaire", NAME, *days_shown),
        Look("elise", "/comptes/recherche/?Titulaire", NAME, *days_shown),
    ]


def help_code(landlord: World, first: int, last: int) -> list[Look]:
    home = landlord.residence("Calme-Glycines A")
    days = {"asked_on": paris_day(first), "renew_by": paris_day(last)}
    HelpCode(tenant=home.tenant, code="stairs_help", **days).save(using=OWNER)
    words = "Aider à descendre"
    return [
        *(Look(who, f"/fiches/{home.pk}/", words, first, last) for who in ("awa", "elise", "georges")),
        *(Look(who, f"/api/v1/residents/{home.pk}/", "stairs_help", first, last) for who in ("awa", "elise")),
    ]


def representative(landlord: World, first: int, last: int) -> list[Look]:
    """Return the pages that show a tenant's representative while the representative may act for the tenant.

    On other days, the lease page lists the representative without the telephone number.
    """
    account = landlord.account("Calme-Glycines A")
    days = {"first_day": paris_day(first), "last_day": paris_day(last)}
    who = Representative(tenant=landlord.tenant("Calme-Glycines A"), name="Nadia Voisine", phone="+33639981277", **days)
    who.save(using=OWNER)
    at = f"/comptes/{account.reference}"
    return [
        Look("elise", f"{at}/bail/", "+33639981277", first, last),
        Look("elise", f"{at}/bail/representants/", "+33639981277", first, last),
        Look("elise", f"{at}/faits/representative_recorded/", "Nadia Voisine", None, last),
    ]


def card_fact(landlord: World, first: int, last: int) -> list[Look]:
    """Return the pages that show a fact (recorded as a code) on a resident's card.

    A fact is shown as soon as it is written, so only its last day is tested.
    """
    home = landlord.residence("Calme-Glycines A")
    day = paris_day().isoformat()
    note(home, "contact_correction", ends=20, contact_item="phone", correction_step="asked", date=day)
    words = "Coordonnées du locataire ("
    return [Look(who, f"/fiches/{home.pk}/", words, None, 20) for who in ("awa", "elise")]


def dwelling_fact(landlord: World, first: int, last: int) -> list[Look]:
    home = landlord.residence("Calme-Glycines A")
    note(home.unit, "keys_handed", ends=20, key_kind="entrance_badge", count=2, date=paris_day().isoformat())
    return [Look(who, f"/logements/{home.unit_id}/", "Remis au locataire le", None, 20) for who in ("awa", "elise")]


def account_fact(landlord: World, first: int, last: int) -> list[Look]:
    account = landlord.account("Calme-Glycines A")
    note(account, "payment_difficulty", ends=20, offer="instalments", date=paris_day().isoformat())
    at = f"/comptes/{account.reference}/"
    return [Look("elise", at, "signalée le", None, 20), Look("elise", f"{at}faits/", "signalée le", None, 20)]


def account_note(landlord: World, first: int, last: int) -> list[Look]:
    account = landlord.account("Calme-Glycines A")
    write_note(account, "Rappelle le 5 pour le second versement.", ends=20)
    at = f"/comptes/{account.reference}/"
    return [Look("elise", at, "Rappelle le 5", None, 20)]


def contact_attempt(landlord: World, first: int, last: int) -> list[Look]:
    """Return the lists of accounts to contact. A contacted account must be missing until the next planned contact."""
    account = landlord.account("Dette-Glycines A")
    record_attempt(account, landlord.person("elise"), back=20)
    return [Look("elise", path, account.reference, 20, None) for path in ("/comptes/a-contacter/", "/journee/")]


def discreet_mark(landlord: World, first: int, last: int) -> list[Look]:
    account, home = landlord.account("Calme-Glycines A"), landlord.residence("Calme-Glycines A")
    days = {"first_day": paris_day(first), "last_day": paris_day(last)}
    DiscreetMark(lease_id=account.lease_id, building_id=account.building_id, **days).save(using=OWNER)
    name, building = "Calme-Glycines A", landlord.building("Glycines A").pk
    hidden = [
        ("awa", f"/fiches/{home.pk}/", name),
        ("awa", f"/immeubles/{building}/?vue=liste", name),
        ("awa", f"/immeubles/{building}/?vue=facade", name),
        ("awa", "/immeubles/chercher/?Calme", name),
        ("awa", "/api/v1/residents/", name),
        ("awa", "/api/v1/residents/search/?Calme", name),
        ("awa", f"/api/v1/residents/{home.pk}/", name),
        ("elise", "/comptes/", account.reference),
        ("elise", f"/comptes/{account.reference}/", name),
        ("elise", "/comptes/recherche/?Calme", account.reference),
        ("elise", "/comptes/export/", account.reference),
        ("elise", "/api/v1/accounts/", account.reference),
        ("elise", f"/api/v1/accounts/{account.reference}/", account.reference),
        ("elise", f"/api/v1/accounts/{account.reference}/entries/", "amount_cents"),
    ]
    return [Look(*hidden_answer, first, last, inverse=True) for hidden_answer in hidden]


def assignment(landlord: World, first: int, last: int) -> list[Look]:
    """Return pages that the caretaker Bruno and the officer Noël may open only while assigned to a building."""
    building, home, account = (
        landlord.building("Glycines A"),
        landlord.residence("Calme-Glycines A"),
        landlord.account("Calme-Glycines A"),
    )
    assign(landlord.person("bruno"), "caretaker", landlord.place("Glycines A"), first, last)
    assign(landlord.person("noel"), "officer", landlord.place("Secteur Glycines"), first, last)
    name = "Calme-Glycines A"
    return [
        Look("bruno", "/immeubles/", "Glycines A", first, last),
        Look("bruno", f"/immeubles/{building.pk}/?vue=liste", name, first, last),
        Look("bruno", f"/fiches/{home.pk}/", name, first, last),
        Look("bruno", "/immeubles/chercher/?Calme", name, first, last),
        Look("bruno", "/api/v1/residents/", name, first, last),
        Look("noel", "/comptes/", account.reference, first, last),
        Look("noel", f"/comptes/{account.reference}/", name, first, last),
        Look("noel", "/api/v1/accounts/", account.reference, first, last),
        Look("noel", f"/api/v1/accounts/{account.reference}/entries/", "amount_cents", first, last),
    ]


def reminder(landlord: World, first: int, last: int) -> list[Look]:
    building = landlord.building("Glycines A")
    mission = Reminder(building=building, first_day=paris_day(first), last_day=paris_day(last))
    mission.save(using=OWNER)
    door = ReminderDoor(reminder=mission, unit=building.units.using(OWNER).get(door="11"), building=building)
    door.save(using=OWNER)
    at = f"/rappels/{mission.pk}/"
    return [Look("awa", "/immeubles/", at, first, last), Look("awa", at, f"/rappels/portes/{door.pk}/", None, last)]


SCENES: dict[str, Scene] = {
    "tenants.Residence": residence,
    "tenants.Residence, moving": moves,
    "tenants.LeaseUnit": letting,
    "tenants.Lease": former,
    "tenants.LeaseParty": party,
    "tenants.HelpCode": help_code,
    "tenants.Representative": representative,
    "casework.CardFact": card_fact,
    "casework.DwellingFact": dwelling_fact,
    "casework.AccountFact": account_fact,
    "casework.AccountNote": account_note,
    "casework.ContactAttempt": contact_attempt,
    "tenants.DiscreetMark": discreet_mark,
    "access.Assignment": assignment,
    "tenants.Reminder": reminder,
}
