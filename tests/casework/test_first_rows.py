"""Lists of people with very many buildings: their first rows are read in the order of an index.

Whatever the number of buildings, a list must contain the rows of the whole list, in its order, and nothing else.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from uuid import uuid4

import pytest
from django.utils import timezone

from access.guard.context import AccessContext, as_database_role
from access.permissions import Permission
from audit.events import LIST_SHOWN
from backoffice.day_lists import day_lists
from backoffice.views import work
from casework.queries import contact_list, first_contacts
from ledger.arrears import first_former_accounts, former_accounts, latest_former_accounts
from tests.access.test_narrowed_pages import break_function, mark
from tests.backoffice.test_work import count_of, section
from tests.builders import assign, let, make_tenant, make_unit, post, record_attempt, restrict, run, stand_wall

BUILDINGS = ("Glycines A", "Glycines B", "Tour basse", "Tour haute", "Quai 9")
FUNCTIONS = ("tenants_first_rows(text[], integer)", "casework_first_to_contact(integer)")
# Each way edits the SQL functions, so that they read rows in another way, which must not change the result.
WAYS = {
    "few assignments": (),
    "very many assignments": ((", 'account', 50)", ", 'account', 0)"),),
    "rare rows": (("longest CONSTANT integer := 2000", "longest CONSTANT integer := 3"),),
}
CONTACTS, FORMER, DAY = "/comptes/a-contacter/", "/comptes/partis/", "/journee/"


@pytest.fixture
def busy(landlord):
    """Add rows to the lists of each building: late and former accounts, and people who move in or out.

    Of the late accounts, one is restricted, one is discreet, one has a conflict of interest with Élise (officer), one
    is to be contacted on a later day, and one was, but came back today.
    """
    elise = landlord.person("elise")
    for number, name in enumerate(BUILDINGS):
        building = landlord.building(name)
        for step in range(3):
            late = let(make_unit(building, f"5{step}"), make_tenant(f"Retard{step}-{name}", "Rose"))
            post(late, 30_000 + 1_000 * step, day=-33 - 7 * step - number)
            gone = let(
                make_unit(building, f"6{step}"), make_tenant(f"Partie-{name}"), start=-500, end=-40 * step - number - 1
            )
            if step < 2:
                post(gone, 70_000, day=-50 - step)
            couple = (make_tenant(f"Couple{step}-{name}", "Ana"), make_tenant(f"Couple{step}-{name}", "Bob"))
            let(make_unit(building, f"7{step}"), *couple, start=1 + step * number)
            let(make_unit(building, f"8{step}"), make_tenant(f"Quitte-{name}"), start=-300, end=3 * step - 4)
        run("UPDATE tenants_account SET settled_on = loge_today() WHERE id = %s", gone.pk)
    restrict(landlord.tenant("Retard0-Tour basse"))
    mark(landlord.account("Retard0-Tour haute"))
    mark(landlord.account("Couple1-Glycines A"))
    stand_wall(landlord.account("Retard1-Glycines A").lease, elise)
    record_attempt(landlord.account("Retard0-Glycines B"), elise, back=20)
    record_attempt(landlord.account("Retard1-Glycines B"), elise, back=20)
    record_attempt(landlord.account("Retard1-Glycines B"), elise, back=0)
    assign(elise, "officer", landlord.place("Glycines A"))


def read_in(way: str) -> None:
    for signature in FUNCTIONS:
        [(definition,)] = run(f"SELECT pg_get_functiondef('{signature}'::regprocedure)")
        for before, after in WAYS[way]:
            assert before in definition
            definition = definition.replace(before, after)
        run(definition.replace("%", "%%"))


@contextmanager
def acting_as(landlord, name: str) -> Iterator[AccessContext]:
    person = landlord.person(name)
    access = AccessContext(person, Permission.ACCOUNTS_LIST, LIST_SHOWN, "", uuid4(), timezone.now())
    with as_database_role(access, read_only=True):
        yield access


@pytest.mark.spoils
@pytest.mark.parametrize("way", WAYS)
def test_first_rows_are_those_of_the_whole_list(landlord, busy, way):
    read_in(way)
    lengths = set()
    for name in ("elise", "fatou", "denis"):
        with acting_as(landlord, name) as access:
            contacts = contact_list(access, former_accounts(access)).due
            ordered = contact_list(access, former_accounts(access), latest_first=True).due
            former = former_accounts(access)
            for most in (1, 4, 50):
                first = first_contacts(access, most)
                assert first == {pk: late.building for pk, late in islice(ordered.items(), most)}
                assert list(first) == list(ordered)[:most] and ordered == contacts
                gone = first_former_accounts(access, most)
                assert list(gone.items()) == list(latest_former_accounts(access, most).items())
                assert gone.items() <= former.items() and len(gone) == min(most, len(former))
                lengths |= {len(first), len(gone)}
    assert {1, 4} < lengths and max(lengths) > 8


@pytest.mark.spoils
@pytest.mark.parametrize("way", WAYS)
def test_day_lists_the_moves_of_the_whole_list(landlord, busy, monkeypatch, way):
    read_in(way)
    for name in ("elise", "fatou", "denis"):
        for most in (1, 4, 50):
            with acting_as(landlord, name) as access:
                whole = day_lists(access, most)
            with monkeypatch.context() as patch, acting_as(landlord, name) as access:
                patch.setattr("ledger.account_list.FEW", 0)
                first = day_lists(access, most)
            assert list(first.arriving.items()) == list(whole.arriving.items()), (name, most)
            assert list(first.leaving.items()) == list(whole.leaving.items()), (name, most)
            for total, number in whole.totals.items():
                assert (first.totals[total], total in first.cut) == (min(number, most), number > most), (name, total)
            assert whole.cut == frozenset() and (most != 1 or len(first.cut) == 4)


def test_a_building_of_two_assignments_counts_once(landlord):
    assign(landlord.person("elise"), "officer", landlord.place("Glycines A"))
    for name, number in (("elise", 4), ("fatou", 1), ("denis", 2)):
        with acting_as(landlord, name) as access:
            assert [access.reaches_more_than(number - 1), access.reaches_more_than(number)] == [True, False]


# --- Pages -----------------------------------------------------------------------------------------------------------


def references(body: str) -> list[str]:
    return re.findall(r'<td role="cell" class="name"><a href="/comptes/([^/]+)/', body)


@pytest.fixture
def wide(monkeypatch):
    """Treat a person with more than three buildings as one with very many. Élise (officer) has four."""
    monkeypatch.setattr("ledger.account_list.FEW", 3)


@pytest.mark.parametrize(("url", "order"), [(CONTACTS, "tri=du"), (FORMER, "tri=fin")])
def test_pages_of_a_list_contain_each_account_once(landlord, busy, sign_in, monkeypatch, url, order):
    for views in ("casework.views.contact_attempts", "ledger.views.accounts"):
        monkeypatch.setattr(f"{views}.A_PAGE", 2)
    elise = sign_in("elise")
    pages = [elise.get(f"{url}?page={number}").content.decode() for number in range(1, 9)]
    monkeypatch.setattr("ledger.account_list.FEW", 3)
    sorted_pages = [elise.get(f"{url}?{order}&page={number}").content.decode() for number in range(1, 9)]
    first_pages = [elise.get(f"{url}?page={number}").content.decode() for number in range(1, 9)]
    # The last page is repeated for numbers that are too large.
    listed, in_order = ([pk for body in each for pk in references(body)] for each in (first_pages, sorted_pages))
    assert len(set(listed)) == len(set(in_order)) > 8 and set(listed) == set(in_order)
    assert set(listed) == {pk for body in pages for pk in references(body)}
    assert "ne sont pas dénombrés" in first_pages[0] and "ne sont pas dénombrés" not in pages[0] + sorted_pages[0]
    assert re.search(r"<p>page 2</p>", first_pages[1]) and re.search(r"<p>page 2 sur \d", sorted_pages[1])
    assert "export/" in first_pages[0] and 'rel="next"' in first_pages[0] and 'rel="next"' not in first_pages[-1]


def test_latest_arrears_and_departures_come_first(landlord, busy, sign_in, wide):
    elise = sign_in("elise")
    late, gone = references(elise.get(CONTACTS).content.decode()), references(elise.get(FORMER).content.decode())
    names = ("Retard0-Glycines A", "Retard2-Tour haute", "Dette-Glycines A")
    ranks = [late.index(landlord.account(name).reference) for name in names]
    assert ranks == sorted(ranks)
    ends = dict(run("SELECT a.reference, l.ends_on FROM tenants_account a JOIN tenants_lease l ON l.id = a.lease_id"))
    assert [ends[pk] for pk in gone] == sorted((ends[pk] for pk in gone), reverse=True)


def test_list_of_one_page_has_its_number(landlord, busy, sign_in, wide):
    body = sign_in("elise").get(FORMER).content.decode()
    assert f"<span>{len(references(body))}</span></h2>" in body and "ne sont pas dénombrés" not in body


def test_day_of_very_many_buildings_counts_to_the_end_of_its_lists(landlord, busy, sign_in, wide, monkeypatch):
    monkeypatch.setattr(work, "FEW", 2)
    day = sign_in("elise").get(DAY)
    for name in ("appeler", "solder", "arrivees", "departs"):
        listed = section(day, name)
        assert "plus de 2" in listed and len(re.findall(r'<a (class="stretch" )?href="/comptes/[2-9A-Z]', listed)) == 2
    assert "Tous les comptes à contacter" in section(day, "appeler")
    assert f'href="{CONTACTS}"' in section(day, "appeler") and f'href="{FORMER}"' in section(day, "solder")
    assert "Certaines listes sont très longues" in day.content.decode()
    monkeypatch.setattr(work, "FEW", 50)
    day = sign_in("elise").get(DAY)
    assert "plus de 50" not in day.content.decode() and int(count_of(day, "solder")) == 16


@pytest.mark.spoils
def test_lists_of_very_many_buildings_do_not_compute_the_whole_reach(landlord, busy, sign_in, wide, monkeypatch):
    # The count of tasks in the menu is replaced, because it calls the function that this test breaks.
    monkeypatch.setattr("backoffice.waiting.counting.count_waiting", lambda access: [])
    monkeypatch.setattr("backoffice.views.work.missions", lambda access: [])
    elise = sign_in("elise")
    before = {url: references(elise.get(url).content.decode()) for url in (CONTACTS, FORMER, DAY)}
    break_function("access_reach(who uuid, what text, on_day date)")
    assert {url: references(elise.get(url).content.decode()) for url in before} == before
    assert all(before.values())
