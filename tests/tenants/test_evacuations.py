"""A building's evacuation list shows its dwellings and the help that residents need for leaving the building.

A user opens the list with two taps and may read it for 45 minutes. Managers and the DPO are notified, and a manager
reviews whether the list was opened for a good reason.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.db import DatabaseError, connections
from django.utils import timezone

from access.compartments import Compartment as C
from tenants.actions.expiry import expire_emergencies
from tenants.models import EmergencyAccess, HelpCode
from tenants.vocabulary import HELP_CODES, IN_EVACUATION
from tests.builders import OWNER, events, guarantee, make_unit, paris_day, run
from tests.database.test_policies import as_role
from tests.tenants.test_emergencies import advance_clock

HOMES = "SELECT building_id FROM tenants_residence"
CODES = "SELECT code FROM tenants_helpcode ORDER BY code"
WORDS = {code: HELP_CODES.label(code) for code in HELP_CODES.terms}


@pytest.fixture
def yann(sign_in):
    return sign_in("yann")


@pytest.fixture
def glycines_url(landlord):
    """Store residents' requests for help, and return the URL of the evacuation list of the building Glycines A.

    The requests are from three dwellings of Glycines A and from one of Glycines B, which must not be on the list.
    """
    request_help(landlord.residence("Calme-Glycines A"), "stairs_help", "leave_written")
    request_help(landlord.residence("Dette-Glycines A"), "two_helpers")
    # The evacuation list must leave out this resident's requested help, because the resident moves in five days later.
    request_help(landlord.residence("Arrive-Glycines A"), "guide_arm")
    request_help(landlord.residence("Calme-Glycines B"), "wait_inside")
    return f"/evacuations/{landlord.building('Glycines A').pk}/"


def request_help(residence, *codes, **fields):
    for code in codes:
        days = {"asked_on": paris_day(-9), "renew_by": paris_day(90), **fields}
        HelpCode(tenant=residence.tenant, code=code, asked_by="tenant", **days).save(using=OWNER)


def open_list(client, url, reason="fire"):
    return client.post(url, {"reason": reason})


def set_discreet_mark(lease, *named):
    run(
        "WITH mark AS (INSERT INTO tenants_discreetmark (id, lease_id, building_id, first_day, last_day)"
        " VALUES (gen_random_uuid(), %s, %s, loge_today(), loge_today() + 9) RETURNING id)"
        " INSERT INTO tenants_discreetname (mark_id, person_id) SELECT mark.id, p FROM mark, unnest(%s::uuid[]) p",
        lease.pk,
        lease.building_id,
        [str(person.pk) for person in named],
    )


def test_evacuation_list_opens_in_two_taps_without_a_name(landlord, yann, glycines_url):
    landed = yann.get("/", follow=True)
    assert landed.redirect_chain[-1][0] == "/evacuations/"
    first = landed.content.decode()
    assert glycines_url in first and "rue" in first and "Tour" not in first and "Quai" not in first
    question = yann.get(glycines_url).content.decode()  # The first tap opens a page that asks for the reason.
    assert re.findall(r'name="reason" value="(\w+)"', question) == ["fire", "gas", "water", "rescuers"]
    assert WORDS["two_helpers"] not in question and "<script" not in question.split("<main")[1]
    # The second tap chooses the reason and opens the evacuation list.
    assert open_list(yann, glycines_url)["Location"] == glycines_url
    page = yann.get(glycines_url).content.decode()
    for door in ("11", "12", "21", "22"):
        assert re.search(rf"\b{door}\b", page.split("<main")[1])
    assert WORDS["stairs_help"] in page and WORDS["two_helpers"] in page
    # The list must show no help for other purposes than evacuation, for future residents, or in other buildings.
    for code in ("leave_written", "guide_arm", "wait_inside"):
        assert WORDS[code] not in page
    assert not re.search(r"Calme|Dette|Arrive-|Anne|Marie|Zoé|€|solde|06 ", page)
    [opened], [shown_event] = events(kind="evacuation_opened"), events(kind="evacuation_shown")
    assert (opened["purpose"], opened["facts"]["reason"]) == ("emergency", "fire")
    assert {opened["about"], opened["place"], shown_event["place"]} == {landlord.building("Glycines A").pk}
    tenants = {landlord.tenant("Calme-Glycines A").pk, landlord.residence("Dette-Glycines A").tenant_id}
    assert {*shown_event["shown_ids"]} == {*tenants, opened["about"]} and shown_event["count"] == 2


def test_database_shows_one_buildings_doors_and_evacuation_codes_only(landlord, yann, glycines_url):
    who = landlord.person("yann").pk
    assert as_role(C.EVACUATION, who, HOMES) == as_role(C.EVACUATION, who, CODES) == []
    open_list(yann, glycines_url)
    assert set(as_role(C.EVACUATION, who, HOMES)) == {(landlord.building("Glycines A").pk,)}
    assert as_role(C.EVACUATION, who, CODES) == [("stairs_help",), ("two_helpers",)]
    for forbidden in (
        "SELECT name_key FROM tenants_residence",
        "SELECT asked_by FROM tenants_helpcode",
        "SELECT * FROM tenants_tenant",
        "SELECT * FROM tenants_account",
        "INSERT INTO tenants_emergencyaccess DEFAULT VALUES",
    ):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(C.EVACUATION, who, forbidden)
    assert as_role(C.EVACUATION, landlord.person("awa").pk, CODES) == []
    # An open evacuation list must not give access to the residents' cards (contact data and requested help).
    assert as_role(C.EMERGENCY, who, HOMES) == []
    # An evacuation list closes after 45 minutes, when its reader opens another list, or when their assignment ends.
    other = f"/evacuations/{landlord.building('Glycines B').pk}/"
    open_list(yann, other, "gas")
    assert as_role(C.EVACUATION, who, CODES) == [("wait_inside",)]
    assert WORDS["stairs_help"] not in yann.get(glycines_url).content.decode()
    advance_clock(minutes=46)
    assert as_role(C.EVACUATION, who, CODES) == [] and 'value="fire"' in yann.get(other).content.decode()
    run("UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'x' WHERE person_id = %s", who)
    assert yann.get(other).status_code == 403


def test_list_opened_by_mistake_is_closed_and_its_opening_is_still_reviewed(landlord, sign_in, yann, glycines_url):
    who = landlord.person("yann").pk
    open_list(yann, glycines_url)
    page = yann.get(glycines_url).content.decode()
    assert 'href="tel:18"' in page and 'href="tel:112"' in page and page.count('type="checkbox"') == 4
    assert "La liste est refermée" in yann.post(glycines_url, {"close": "1"}, follow=True).content.decode()
    assert as_role(C.EVACUATION, who, CODES) == [] and 'value="fire"' in yann.get(glycines_url).content.decode()
    yann.post(glycines_url, {"close": "1"})
    access = EmergencyAccess.objects.using(OWNER).get()
    [closed] = events(kind="evacuation_closed")
    assert (closed["actor"], closed["place"], closed["facts"]) == (
        who,
        access.building_id,
        {"emergency": str(access.pk)},
    )
    review = sign_in("georges").get(f"/urgences/{access.pk}/")
    assert "Refermée à" in review.content.decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [("yann", "until + interval '1 minute'"), ("yann", "opened_at - interval '1 hour'"), ("awa", "now()")],
)
def test_database_lets_nobody_extend_an_access_or_close_anothers(landlord, yann, glycines_url, name, value):
    open_list(yann, glycines_url)
    before = run("SELECT until FROM tenants_emergencyaccess")
    try:
        as_role(C.EVACUATION, landlord.person(name).pk, f"UPDATE tenants_emergencyaccess SET until = {value}")
    except DatabaseError as error:
        assert "row-level security" in str(error) or "keeps its rows" in str(error)
    assert run("SELECT until FROM tenants_emergencyaccess") == before


def test_discreet_household_is_only_a_door_even_for_a_named_person(landlord, sign_in, glycines_url):
    awa, home = landlord.person("awa"), landlord.residence("Dette-Glycines A")
    set_discreet_mark(home.lease, awa)
    client = sign_in("awa")
    open_list(client, glycines_url)
    assert as_role(C.EVACUATION, awa.pk, CODES) == [("stairs_help",)]
    page = client.get(glycines_url).content.decode()
    assert WORDS["two_helpers"] not in page and WORDS["stairs_help"] in page
    assert re.search(r"\b12\b", page.split("<main")[1])


def test_household_sharing_a_discreet_ones_guarantor_shows_its_help(landlord, yann, glycines_url):
    hidden, beside = landlord.residence("Dette-Glycines A"), landlord.account("Calme-Glycines A")
    guarantee(landlord.account("Dette-Glycines A"), beside)
    set_discreet_mark(hidden.lease)
    open_list(yann, glycines_url)
    page = yann.get(glycines_url).content.decode()
    assert WORDS["stairs_help"] in page and WORDS["two_helpers"] not in page


def test_caretaker_opens_the_list_of_their_own_building_only(landlord, sign_in, glycines_url):
    assert glycines_url in sign_in("awa").get("/immeubles/").content.decode()
    assert open_list(sign_in("awa"), glycines_url).status_code == 302
    for who, status in (("bruno", 404), ("denis", 404), ("elise", 403), ("ines", 403), ("paola", 403)):
        assert sign_in(who).get(glycines_url).status_code == status
        assert open_list(sign_in(who), glycines_url).status_code == status
    elsewhere = f"/evacuations/{landlord.building('Quai 9').pk}/"
    assert open_list(sign_in("yann"), elsewhere).status_code == 404
    ask = "SELECT tenants_open_evacuation(%s, 'fire', loge_today() + 3)"
    for who, building in (("yann", "Quai 9"), ("elise", "Glycines A"), ("chloe", "Glycines A")):
        assert as_role(C.EVACUATION, landlord.person(who).pk, ask, landlord.building(building).pk) == [(None,)]
    assert open_list(sign_in("awa"), glycines_url, "curiosity").status_code == 200


def test_ended_or_expired_help_is_not_on_the_list(landlord, yann, glycines_url):
    home = landlord.residence("Calme-Glycines A")
    request_help(home, "animal_home", ended_on=paris_day(-1))
    request_help(home, "knock_loudly", asked_on=paris_day(-300), renew_by=paris_day(-1))
    open_list(yann, glycines_url)
    page = yann.get(glycines_url).content.decode()
    assert WORDS["animal_home"] not in page and WORDS["knock_loudly"] not in page and WORDS["stairs_help"] in page


def test_evacuation_access_is_announced_and_reviewed_by_another(landlord, yann, glycines_url, sign_in):
    open_list(yann, glycines_url)
    [letter] = mail.outbox
    assert set(letter.recipients()) == {landlord.person("georges").email, landlord.person("ines").email}
    assert not [word for word in ("Yann", "Glycines", "feu") if word in letter.subject + letter.body]
    georges, ines = sign_in("georges"), sign_in("ines")
    assert "1 accès d’urgence à examiner" in georges.get("/immeubles/").content.decode()
    assert "Liste d’évacuation" in georges.get("/urgences/").content.decode()
    watched = ines.get("/urgences/suivi/").content.decode()
    assert "Liste d’évacuation" in watched and "Yann" not in watched
    access = EmergencyAccess.objects.using(OWNER).get()
    url = f"/urgences/{access.pk}/"
    assert "Yann Le Goff" in georges.get(url).content.decode()
    assert georges.post(url, {"verdict": "justified"}).status_code == 302
    [event] = events(kind="emergency_reviewed", outcome="changed")
    assert (event["about_kind"], event["about"]) == ("building", access.building_id)
    # A review is late after three working days, and Georges (manager) must not review a list that he opened himself.
    open_list(georges, glycines_url)
    run("ALTER TABLE tenants_emergencyaccess DISABLE TRIGGER USER")
    run("UPDATE tenants_emergencyaccess SET review_by = loge_today() - 1 WHERE verdict = ''")
    assert "en retard" in georges.get("/urgences/").content.decode()
    assert "plus de trois jours ouvrés" in ines.get("/urgences/suivi/").content.decode()
    own = EmergencyAccess.objects.using(OWNER).get(verdict="")
    run("ALTER TABLE tenants_emergencyaccess ENABLE TRIGGER USER")
    assert georges.post(f"/urgences/{own.pk}/", {"verdict": "justified"}).status_code == 200


def test_five_lists_a_day_and_only_the_latest_stays_open(landlord, sign_in, glycines_url):
    clients, start = [sign_in("yann") for _ in range(7)], Barrier(7)

    def ask(client):
        try:
            start.wait(30)
            return open_list(client, glycines_url).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(7) as threads:
        assert sorted(threads.map(ask, clients)) == [200] * 2 + [302] * 5
    opened = EmergencyAccess.objects.using(OWNER)
    assert opened.count() == 5 and opened.filter(until__gt=timezone.now()).count() == 1
    far = landlord.account("Dette-Quai 9").reference
    assert clients[0].post("/urgence/", {"reference": far, "reason": "fire"}).status_code == 302
    # An open evacuation list must stay open when its reader opens a household's card by emergency access.
    assert opened.filter(until__gt=timezone.now()).count() == 2
    assert WORDS["two_helpers"] in clients[0].get(glycines_url).content.decode()


def test_list_of_a_tower_is_small_and_starts_at_the_top_floor(landlord, yann, glycines_url):
    building = landlord.building("Glycines A")
    for floor in range(3, 33):
        for door in range(1, 5):
            make_unit(building, f"{floor}{door:02}", floor, staircase="B")
    open_list(yann, glycines_url)
    answer = yann.get(glycines_url)
    page = answer.content.decode()
    assert len(answer.content) < 60_000
    doors = re.findall(r"\b\d{3,4}\b", page.split('id="escalier-2"')[1])
    assert doors.index("3201") < doors.index("1901") < doors.index("301")
    assert page.count('<th role="rowheader"') == 32


def test_evacuation_codes_are_those_marked_in_the_vocabulary():
    evacuation_codes = {
        code for code, term in HELP_CODES.terms.items() if "evacuation" in term.row["shown_where"].split(";")
    }
    assert (
        evacuation_codes == {*IN_EVACUATION}
        and {"stairs_help", "two_helpers"} <= evacuation_codes
        and "leave_written" not in evacuation_codes
    )


def test_evacuation_access_is_deleted_after_a_year(landlord, yann, glycines_url):
    open_list(yann, glycines_url)
    run("ALTER TABLE tenants_emergencyaccess DISABLE TRIGGER USER")
    run("UPDATE tenants_emergencyaccess SET opened_at = now() - %s", timedelta(days=370))
    run("ALTER TABLE tenants_emergencyaccess ENABLE TRIGGER USER")
    assert expire_emergencies(by="expire_notes") == 1
