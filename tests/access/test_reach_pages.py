"""Pages that answer questions about access.

Who can open an account? What can a person open? Which buildings lack a caretaker on some days?
"""

import html
import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access.grants.coverage import Span, cover
from access.models import Assignment, Person
from tests.access.acting import acting
from tests.builders import OWNER, assign, events, make_person, paris_day, put_on_call, run
from tests.sign_in import let_in

MONDAY = date(2026, 11, 23)
LAST = MONDAY + timedelta(days=27)


def who(client, kind, reference, day=""):
    return client.post("/acces/qui/", {"kind": kind, "reference": reference, "day": day}).content.decode()


def test_who_can_reach_an_account_and_through_which_assignment(landlord, sign_in):
    account = landlord.account("Dette-Glycines A")
    page = who(sign_in("ines"), "account", account.reference.lower())
    assert "Élise Bernard" in page and "Agence Belleville" in page and "gestion locative" in page
    assert "Hélène Faure" in page and "Écritures par référence, sans nom" in page
    for unable in ("Awa Diakité", "Fatou Ndiaye", "Georges Petit", "Karim Sy", "Dette-"):
        assert unable not in page
    [event] = events(kind="rights_read")
    assert event["facts"] == {"question": "account", "day": paris_day().isoformat()}


def test_who_could_reach_a_dwelling_on_a_past_day(landlord, sign_in):
    unit = str(landlord.residence("Calme-Glycines A").unit_id)
    client = sign_in("jules")
    today = who(client, "unit", unit)
    assert "Awa Diakité" in today and "Chloé Martin" not in today and "Olga Brun" not in today
    before = who(client, "unit", unit, f"{paris_day(-5):%d/%m/%Y}")
    assert "Chloé Martin" in before
    assert "Olga Brun" in who(client, "building", "glycines-a", f"{paris_day(3):%d/%m/%Y}")


def test_an_rpls_identifier_finds_its_building(landlord, sign_in):
    unit = landlord.residence("Calme-Quai 9").unit_id
    run("UPDATE buildings_unit SET rpls_id = '1234567' WHERE id = %s", unit)
    page = who(sign_in("ines"), "rpls", "1234567")
    assert "Denis Roux" in page and "Awa Diakité" not in page


@pytest.mark.parametrize(
    "unknown", [("account", "ZZZZ-ZZZZ"), ("unit", "calme"), ("rpls", "9"), ("building", "Dette-Glycines A")]
)
def test_unknown_references_and_names_get_the_same_answer(landlord, sign_in, unknown):
    assert "Aucun élément de votre périmètre n’a cette référence" in who(sign_in("ines"), *unknown)


def test_a_local_administrator_sees_the_own_part_and_the_number_of_others(landlord, client):
    local = make_person("Agathe Local", landlord.place("Agence Belleville"))
    assign(local, "access_administrator", landlord.place("Agence Belleville"))
    let_in(client, local)
    assert "Aucun élément de votre périmètre n’a cette référence" in who(client, "building", "quai-9")
    # Agathe (administrator of an agency) does not see the accountant's name, because the accountant works elsewhere.
    assert "Une autre personne" in who(client, "account", landlord.account("Dette-Glycines A").reference)


def test_what_a_person_reaches_and_how_many_residents(landlord, sign_in):
    client, denis = sign_in("ines"), landlord.person("denis")
    page = client.get(f"/acces/personnes/{denis.pk}/portee/").content.decode()
    for name in ("Quai 9", "Tour basse", "Tour haute"):
        assert name in page
    assert "Glycines" not in page and "Calme-" not in page
    residents = run("SELECT tenants_reached(%s, loge_today())", denis.pk)[0][0]
    assert residents and f"{residents} personnes logées" in page
    [event] = events(kind="rights_read")
    assert event["about"] == denis.pk and event["facts"]["question"] == "reach"


def test_what_a_person_reached_on_another_day(landlord, sign_in):
    url = f"/acces/personnes/{landlord.person('chloe').pk}/portee/"
    client = sign_in("ines")
    assert "Aucun immeuble" in client.get(url).content.decode()
    assert "Glycines A" in client.get(url, {"jour": f"{paris_day(-3):%d/%m/%Y}"}).content.decode()
    assert "Cette date n’est pas valide" in client.get(url, {"jour": "hier"}).content.decode()


@pytest.mark.parametrize("name", ["awa", "elise", "georges", "helene", "noel"])
def test_other_roles_cannot_see_these_pages(landlord, sign_in, name):
    client = sign_in(name)
    for url in ("/acces/qui/", "/acces/a-revoir/", f"/acces/personnes/{landlord.person('awa').pk}/portee/"):
        assert client.get(url).status_code == 403


def test_the_review_page_lists_ending_unused_and_dormant(landlord, sign_in):
    Assignment.objects.using(OWNER).filter(person=landlord.person("bruno")).update(last_day=paris_day(10))
    long_ago = timezone.now() - timedelta(days=100)
    Person.objects.using(OWNER).filter(pk=landlord.person("helene").pk).update(last_login=long_ago)
    sign_in("awa").get("/immeubles/")
    page = sign_in("ines").get("/acces/a-revoir/").content.decode()
    ending, rest = page.split('id="inutiles"')
    unused, dormant = rest.split('id="absents"')
    assert "Bruno Lefèvre" in ending and "Awa Diakité" not in ending
    assert "Bruno Lefèvre" in unused and "Awa Diakité" not in unused and "Olga Brun" not in unused
    assert "Hélène Faure" in dormant and "Bruno Lefèvre" not in dormant


def test_only_the_ids_of_unused_assignments_can_be_queried(landlord):
    with acting(landlord.person("ines")), pytest.raises(Exception, match="permission denied"):
        run("SELECT * FROM audit_event", alias="default")
    with acting(landlord.person("ines")):
        assert {type(row[0]).__name__ for row in run("SELECT access_unused()", alias="default")} == {"UUID"}
    with pytest.raises(Exception, match="permission denied"):
        run("SELECT access_unused()", alias="default")


# --- Coverage ---------------------------------------------------------------------------------------------------------


def days(first: int, last: int) -> tuple[date, date]:
    return MONDAY + timedelta(days=first), MONDAY + timedelta(days=last)


def test_one_caretaker_throughout_is_one_bar():
    row = cover([Span("Awa", *days(-10, 60))], MONDAY, LAST)
    assert [[(bar.kind, bar.days, bar.goes_before, bar.goes_after) for bar in lane] for lane in row.lanes] == [
        [("holder", 28, True, True)]
    ]
    assert not row.wrong


def test_a_day_without_anybody_is_a_gap_and_two_caretakers_are_a_double():
    row = cover([Span("Awa", *days(0, 6)), Span("Bruno", *days(10, 20)), Span("Chloé", *days(18, 27))], MONDAY, LAST)
    assert [(gap.first, gap.last) for gap in row.gaps] == [days(7, 9)]
    assert [(double.first, double.last) for double in row.doubles] == [days(18, 20)]
    assert row.days_without == 3 and row.days_doubled == 3 and len(row.lanes) == 2
    assert [bar.name for lane in row.lanes for bar in lane if bar.doubled] == ["Bruno", "Chloé"]


def test_a_stand_in_beside_the_caretaker_is_no_double_and_fills_a_gap():
    assert not cover([Span("Awa", *days(0, 27)), Span("Loïc", *days(7, 20), "absence")], MONDAY, LAST).wrong
    assert not cover([Span("Awa", *days(0, 6)), Span("Loïc", *days(7, 27), "vacancy")], MONDAY, LAST).wrong


def test_nobody_at_all_is_one_gap():
    row = cover([Span("Awa", *days(-9, -1))], MONDAY, LAST)
    assert [[bar.kind for bar in lane] for lane in row.lanes] == [["gap"]] and row.days_without == 28


spans = st.lists(
    st.tuples(st.integers(-10, 40), st.integers(0, 30), st.sampled_from(["", "absence"])).map(
        lambda t: Span("X", *days(t[0], t[0] + t[1]), t[2])
    ),
    max_size=6,
)


# Hypothesis must not fail the test for slowness, because the machine may be busy.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spans)
def test_every_lane_fills_the_window_and_gaps_and_doubles_are_exact(covering):
    row = cover(covering, MONDAY, LAST)
    for lane in row.lanes:
        assert sum(bar.days for bar in lane) == 28
        assert [bar.first for bar in lane[1:]] == [bar.last + timedelta(days=1) for bar in lane[:-1]]
    for n in range(28):
        day = MONDAY + timedelta(days=n)
        there = [span for span in covering if span.first <= day <= span.last]
        assert any(gap.first <= day <= gap.last for gap in row.gaps) == (not there)
        two = sum(not span.stand_in for span in there) > 1
        assert any(double.first <= day <= double.last for double in row.doubles) == two


def test_an_administrator_sees_the_whole_chart_and_a_manager_the_own_sector(landlord, sign_in):
    whole = sign_in("jules").get("/acces/couverture/").content.decode()
    own = sign_in("georges").get("/acces/couverture/").content.decode()
    assert "Tour haute" in whole and "Quai 9" in whole
    assert "Glycines A" in own and "Tour haute" not in own and "Denis Roux" not in own


def test_the_chart_can_be_limited_to_gaps_and_overlaps(landlord, sign_in):
    page = sign_in("ines").get("/acces/couverture/", {"trous": "1"}).content.decode()
    # The page lists the building "Tour haute", which has no caretaker on any of the 28 days.
    assert "Tour haute" in page and "sans gardien 28 jours" in page
    assert "Quai 9" not in page and "Glycines B" not in page
    # The page lists the building "Glycines A", which has two caretakers from tomorrow.
    assert "Awa Diakité" in page and "titulaires" in page
    # Inès sees no link to grant access, because a data protection officer may not grant access.
    assert "Confier" not in page


def test_another_month_and_an_invalid_day(landlord, sign_in):
    client = sign_in("ines")
    assert client.get("/acces/couverture/", {"du": "2027-01-13"}).context["first"] == date(2027, 1, 11)
    assert client.get("/acces/couverture/", {"du": "demain"}).status_code == 200


def test_a_person_with_a_closed_sign_in_covers_nothing(landlord, sign_in):
    Person.objects.using(OWNER).filter(pk=landlord.person("denis").pk).update(is_active=False)
    page = sign_in("jules").get("/acces/couverture/", {"trous": "1"}).content.decode()
    assert "Quai 9" in page


def test_a_gap_links_to_a_form_with_its_building_and_days(landlord, sign_in):
    """On days without a caretaker, the manager gets a link to the form for a stand-in.

    The administrator gets a link to the form for an assignment. The form is filled in with building and days.
    """
    Assignment.objects.using(OWNER).filter(person=landlord.person("bruno")).update(last_day=paris_day(3))
    for who, form in (("georges", "remplacements"), ("jules", "affectations")):
        client = sign_in(who)
        page = client.get("/acces/couverture/?trous=1").content.decode()
        link = re.search(
            rf'class="bar gap" href="(/acces/{form}/confier/[^"]+{landlord.place("Glycines B").pk}[^"]+)"', page
        )
        filled = client.get(html.unescape(link.group(1))).content.decode()
        assert 'value="glycines-b"' in filled and f'value="{paris_day(4):%d/%m/%Y}"' in filled
        last = re.search(r"au=(\d{4}-\d\d-\d\d)", link.group(1)).group(1)
        assert f'value="{date.fromisoformat(last):%d/%m/%Y}"' in filled
    assert 'class="bar gap" href' not in sign_in("ines").get("/acces/couverture/?trous=1").content.decode()


def test_a_past_gap_has_no_link(landlord, sign_in):
    before = (paris_day() - timedelta(weeks=30)).isoformat()
    page = sign_in("georges").get(f"/acces/couverture/?du={before}").content.decode()
    assert '<span class="bar gap">' in page and 'class="bar gap" href' not in page


def test_bar_and_its_form_name_the_assignment_that_ends(landlord, sign_in):
    """In the chart of assignments, each bar's link and the page it opens must name the person who loses access."""
    put_on_call(landlord.person("bruno"), landlord.place("Secteur Glycines"))
    for who, sentence in (
        ("jules", "Mettre fin à l’affectation de Bruno Lefèvre"),
        ("georges", "Mettre fin à l’astreinte de Bruno Lefèvre"),
    ):
        client = sign_in(who)
        page = client.get("/acces/couverture/").content.decode()
        url = re.search(rf'class="bar[^"]*" href="([^"]+)" title="{sentence}"', page).group(1)
        assert f"<h1>{sentence}</h1>" in client.get(url).content.decode()


@pytest.mark.parametrize("days", ["du=hier&au=demain", "du=2026-01-01&au=2020-01-01", "du=&au="])
def test_invalid_days_in_a_url_become_today(landlord, sign_in, days):
    page = sign_in("georges").get(f"/acces/remplacements/confier/?{days}").content.decode()
    assert f'value="{paris_day():%d/%m/%Y}"' in page
