"""Lists of people, assignments and access requests: filters, sort orders, and exports that equal the list."""

import csv
import io

import pytest

from access.grants.lists import ASSIGNMENT_COLUMNS, PEOPLE_COLUMNS, REQUEST_COLUMNS
from access.models import AccessRequest, Assignment, Person, Place
from tests.builders import OWNER, assign, events, paris_day
from tests.noninterference.harness import plain

PEOPLE, ASSIGNMENTS, REQUESTS = "/acces/personnes/", "/acces/affectations/", "/acces/demandes/"
COLUMNS = {PEOPLE: PEOPLE_COLUMNS, ASSIGNMENTS: ASSIGNMENT_COLUMNS, REQUESTS: REQUEST_COLUMNS}
SIZES = {PEOPLE: "people", ASSIGNMENTS: "assignments", REQUESTS: "requests"}
EXPORTS = {
    PEOPLE: f"{PEOPLE}personnes.csv",
    ASSIGNMENTS: f"{ASSIGNMENTS}echanges/affectations.csv",
    REQUESTS: f"{REQUESTS}export/",
}


def listed(client, url: str) -> list:
    return [row.pk for row in client.get(url).context["page_obj"].object_list]


def lines(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))[1:]


def ask_access(person: Person, by: Person, role: str, place: Place) -> AccessRequest:
    days = {"first_day": paris_day(), "last_day": paris_day(30)}
    row = AccessRequest(asked_by=by, person=person, role=role, place=place, reason="posting", **days)
    row.save(using=OWNER)
    return row


@pytest.fixture
def decided(landlord):
    """Create three decided access requests, and one that waits."""
    jules = landlord.person("jules")
    for number, (name, decision) in enumerate((("elise", "approved"), ("awa", "refused"), ("bruno", "withdrawn"))):
        by = jules if decision == "withdrawn" else landlord.person("ines")
        row = ask_access(landlord.person(name), jules, "sector_manager", landlord.place("Secteur Glycines"))
        values = {"decision": decision, "decided_by": by, "decided_at": row.asked_at}
        values |= {"refusal": "proof_missing"} if decision == "refused" else {}
        AccessRequest.objects.using(OWNER).filter(pk=row.pk).update(last_day=paris_day(40 + number), **values)
    ask_access(landlord.person("fatou"), jules, "sector_manager", landlord.place("Secteur Glycines"))
    return landlord


@pytest.mark.parametrize(("url", "code"), [(url, column.code) for url, row in COLUMNS.items() for column in row])
def test_pages_of_a_sorted_list_contain_each_row_once(decided, sign_in, monkeypatch, url, code):
    jules = sign_in("jules")
    whole, descending = listed(jules, f"{url}?tri={code}"), listed(jules, f"{url}?tri=-{code}")
    assert len(whole) > 2 and set(whole) == set(listed(jules, url))
    assert descending == whole[::-1]
    size = -(-len(whole) // 3)
    monkeypatch.setattr(f"access.grants.views.{SIZES[url]}.PAGE", size)
    for order, rows in ((code, whole), (f"-{code}", descending)):
        pages = [listed(jules, f"{url}?tri={order}&page={number}") for number in range(1, -(-len(rows) // size) + 1)]
        assert len(pages) > 1 and [pk for page in pages for pk in page] == rows


def test_people_are_sorted_by_name_and_filtered(decided, sign_in):
    jules = sign_in("jules")
    names = [row.name for row in jules.get(f"{PEOPLE}?tri=-personne").context["page_obj"]]
    assert names == sorted(names, reverse=True)
    closed = listed(jules, f"{PEOPLE}?connexion=fermee")
    assert set(closed) == set(Person.objects.using(OWNER).filter(is_active=False).values_list("pk", flat=True))
    there = jules.get(f"{PEOPLE}?lieu=agence-belleville").context["page_obj"].object_list
    place = decided.place("Agence Belleville")
    assert there and all(row.employed_at.path.startswith(place.path) for row in there)
    assert events(kind="list_shown")[-1]["facts"] == {"list": "people", "filters": "place"}


def test_assignments_are_filtered_by_place_role_and_time(decided, sign_in):
    over = assign(decided.person("noel"), "caretaker", decided.place("Glycines B"), first=-60, last=-30)
    jules, every = sign_in("jules"), Assignment.objects.using(OWNER)
    assert over.pk in listed(jules, f"{ASSIGNMENTS}?quand=terminees")
    assert over.pk not in listed(jules, ASSIGNMENTS) and over.pk in listed(jules, f"{ASSIGNMENTS}?quand=toutes")
    caretakers = listed(jules, f"{ASSIGNMENTS}?role=caretaker")
    assert set(caretakers) <= set(every.filter(role="caretaker").values_list("pk", flat=True)) and caretakers
    for query in ("lieu=nulle-part", "role=roi", "quand=hier"):
        answer = jules.get(f"{ASSIGNMENTS}?{query}")
        assert list(answer.context["page_obj"].object_list) == []
        assert "La liste n’est pas filtrée" in answer.content.decode()
        assert jules.get(f"{EXPORTS[ASSIGNMENTS]}?{query}").url == f"{ASSIGNMENTS}?{query}"


def test_requests_are_filtered_by_decision_and_day(decided, sign_in):
    jules = sign_in("jules")
    assert len(listed(jules, REQUESTS)) == 3
    [refused] = jules.get(f"{REQUESTS}?decision=refused").context["page_obj"].object_list
    assert refused.person == decided.person("awa")
    assert listed(jules, f"{REQUESTS}?du={paris_day(1):%d/%m/%Y}") == []
    assert len(listed(jules, f"{REQUESTS}?du={paris_day():%d/%m/%Y}&au={paris_day():%d/%m/%Y}")) == 3
    page = jules.get(f"{REQUESTS}?du={paris_day():%d/%m/%Y}&au={paris_day(-1):%d/%m/%Y}").content.decode()
    assert "Le dernier jour doit être postérieur ou égal au premier." in page


@pytest.mark.parametrize("url", EXPORTS)
@pytest.mark.parametrize("query", ["", "tri=-personne", "lieu=agence-belleville"])
def test_export_equals_the_list(decided, sign_in, url, query):
    jules = sign_in("jules")
    listed_rows = list(jules.get(f"{url}?{query}").context["page_obj"].object_list)
    rows = lines(jules.get(f"{EXPORTS[url]}?{query}"))
    name = {
        PEOPLE: lambda row: row.email,
        ASSIGNMENTS: lambda row: row.person.email,
        REQUESTS: lambda row: row.whose,
    }[url]
    assert [row[0] for row in rows] == [name(row) for row in listed_rows] != []
    event = events(kind="export_taken")[-1]
    assert event["count"] == len(rows) and event["facts"]["format"] == "csv"
    assert set(event["facts"]) == {"format"} | ({"order"} if "tri" in query else set()) | (
        {"filters"} if "lieu" in query else set()
    )
    workbook = jules.get(f"{EXPORTS[url]}?fichier=xlsx&{query}")
    assert workbook["Content-Disposition"].endswith('.xlsx"')


def test_manager_lists_requests_but_exports_none(decided, sign_in):
    georges = sign_in("georges")
    assert georges.get(f"{REQUESTS}?tri=role").status_code == 200
    assert "Exporter" not in georges.get(REQUESTS).content.decode()
    assert georges.get(EXPORTS[REQUESTS]).status_code == 403


def test_search_for_people_is_neither_filtered_nor_sorted(decided, sign_in):
    answer = sign_in("jules").post(f"{PEOPLE}?connexion=fermee&tri=-personne", {"q": "Élise"})
    page = answer.content.decode()
    assert "Élise Bernard" in page and '<a class="sort"' not in page and "Filtrer la liste" not in page


def test_list_shows_no_place_or_person_out_of_reach(decided, sign_in):
    agency = decided.person("noel")
    assign(agency, "access_administrator", decided.place("Agence Bercy"))
    noel = sign_in("noel")
    hidden, missing = (noel.get(f"{PEOPLE}?lieu={code}") for code in ("secteur-glycines", "nulle-part"))
    assert "Aucun lieu de votre périmètre" in hidden.content.decode()
    bodies = (plain(hidden).body.replace(b"secteur-glycines", b"X"), plain(missing).body.replace(b"nulle-part", b"X"))
    assert bodies[0] == bodies[1]
    mine = set(listed(noel, f"{PEOPLE}?tri=-personne"))
    assert mine == set(listed(noel, PEOPLE)) and decided.person("elise").pk not in mine


def test_open_requests_are_paged_with_the_oldest_first(decided, sign_in, monkeypatch):
    georges, jules = decided.person("georges"), sign_in("jules")
    names = ("elise", "awa", "bruno", "noel")
    rows = [ask_access(decided.person(name), georges, "caretaker", decided.place("Glycines A")) for name in names]
    oldest = AccessRequest.objects.using(OWNER).exclude(pk__in=[row.pk for row in rows]).get(decision="")
    monkeypatch.setattr("access.grants.views.requests.PAGE", 2)
    pages = [jules.get(f"{REQUESTS}?attente={number}") for number in (1, 2, 3)]
    waiting = [row.pk for page in pages for row in page.context["waiting"].object_list]
    assert waiting == [oldest.pk, *(row.pk for row in rows)]
    assert events(kind="list_shown")[-1]["count"] == 8
    first, middle, last = (page.content.decode() for page in pages)
    assert 'href="?attente=2"' in first and 'rel="prev"' not in first and "page 1 sur 3" in first
    assert 'href="?attente=1"' in middle and 'href="?attente=3"' in middle
    assert (
        'href="?attente=2"' in last and 'href="?page=2"' not in first and 'rel="next"' not in last.split("decidees")[0]
    )
    # Links to other pages of one list must keep the page number of the other list.
    both = jules.get(f"{REQUESTS}?attente=2&page=2").content.decode()
    assert 'href="?attente=3&amp;page=2"' in both and 'href="?attente=2&amp;page=1"' in both
