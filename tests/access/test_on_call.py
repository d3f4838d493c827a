"""On-call duty: an assignment that is in force only at certain hours, also when the clocks change.

A manager grants the duty. If the manager ends it, the access ends at once.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError

from access.compartments import Compartment as C
from access.grants.actions.assignments import end_stand_in, grant_on_call
from access.grants.actions.requests import ask
from access.grants.coverage import Span, cover
from access.grants.grant_terms import Terms
from access.grants.hours import Hours
from access.models import Assignment, Person
from access.reach import roles_today
from access.roles import ROLES
from tests.access.acting import acting
from tests.builders import OWNER, assign, events, paris_day, put_on_call, run
from tests.database.test_policies import as_role

GRANT = "/acces/remplacements/astreinte/"
AUTUMN, SPRING = date(2026, 10, 25), date(2027, 3, 28)
CLOCK = """
CREATE OR REPLACE FUNCTION loge_now() RETURNS timestamptz LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT current_setting('test.now')::timestamptz $$;
CREATE FUNCTION test_minutes(start timestamptz, minutes integer, first_day date, last_day date, from_hour time,
    to_hour time, nightly boolean) RETURNS boolean[] LANGUAGE plpgsql AS $$
DECLARE
    said boolean[];
BEGIN
    FOR n IN 0 .. minutes - 1 LOOP
        PERFORM set_config('test.now', (start + n * interval '1 minute')::text, true);
        said := array_append(said, access_counts(first_day, last_day, NULL, from_hour, to_hour, nightly, loge_today()));
    END LOOP;
    RETURN said;
END $$;
"""
EVENING, MORNING = time(20), time(7)
DUTIES = {
    "a weekend in one go": Hours(time(18), time(8)),
    "each night": Hours(EVENING, MORNING, nightly=True),
    "each day": Hours(time(8), time(17, 30), nightly=True),
    "from an hour that is there twice": Hours(time(2, 30), time(2, 30), nightly=True),
    "up to an hour that is there twice": Hours(time(22), time(2, 15), nightly=True),
}


def at(moment: str) -> None:
    """Make the database's function loge_now() return this moment, in Paris time."""
    run(
        "CREATE OR REPLACE FUNCTION loge_now() RETURNS timestamptz LANGUAGE sql STABLE SET search_path = pg_catalog,"
        f" pg_temp AS $$ SELECT timestamp '{moment}' AT TIME ZONE 'Europe/Paris' $$"
    )


def both(duty: str, night: date) -> tuple[list[bool], list[bool]]:
    """Return for each minute of five days whether an on-call duty is in force: first by SQL, then by Python."""
    hours, first, last = DUTIES[duty], night - timedelta(days=2), night + timedelta(days=1)
    start, minutes = datetime.combine(first - timedelta(days=1), time(12), UTC), 5 * 24 * 60
    params = (start, minutes, first, last, hours.start, hours.end, hours.nightly)
    [(in_database,)] = run("SELECT test_minutes(%s, %s, %s, %s, %s, %s, %s)", *params)
    return in_database, [hours.cover(first, last, start + timedelta(minutes=n)) for n in range(minutes)]


@pytest.mark.parametrize("night", [AUTUMN, SPRING], ids=["twice", "lacking"])
@pytest.mark.parametrize("duty", DUTIES)
def test_database_and_python_agree_at_every_minute(landlord, duty, night):
    run(CLOCK)
    in_database, ours = both(duty, night)
    assert in_database == ours
    edges = [n for n, (before, after) in enumerate(pairwise(ours), start=1) if before != after]
    assert len(edges) >= 2 and any(ours)


ZONE = "AT TIME ZONE 'Europe/Paris'"
FAULTS = {
    "clocks are compared, not instants": (
        f"loge_now() >= (first_day + from_hour) {ZONE}",
        f"loge_now() {ZONE} >= first_day + from_hour",
    ),
    "the last minute counts": (
        f"loge_now() < (last_day + to_hour) {ZONE}",
        f"loge_now() <= (last_day + to_hour) {ZONE}",
    ),
    "the night that began yesterday is forgotten": ("generate_series(0, 1)", "generate_series(0, 0)"),
    "a night outlasts the last day": ("n.night + n.over <= last_day", "n.night <= last_day"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_comparison_finds_a_planted_fault(landlord, fault):
    run(CLOCK)
    [(body,)] = run("SELECT pg_get_functiondef('access_on_duty'::regproc)")
    right, wrong = FAULTS[fault]
    assert right in body
    run(body.replace(right, wrong))
    hours = ("from an hour that is there twice", "a weekend in one go", "each night")
    pairs = [both(duty, night) for duty in hours for night in (AUTUMN, SPRING)]
    twice = Hours(time(2, 30), time(8))
    start = datetime.combine(AUTUMN, time(0), UTC)
    [(in_database,)] = run("SELECT test_minutes(%s, 240, %s, %s, '02:30', '08:00', false)", start, AUTUMN, AUTUMN)
    ours = [twice.cover(AUTUMN, AUTUMN, start + timedelta(minutes=n)) for n in range(240)]
    assert any(database_answers != other for database_answers, other in [*pairs, (in_database, ours)])


def test_a_repeated_hour_counts_the_second_time_and_nights_keep_their_real_length():
    [whole] = Hours(time(18), time(8)).stretches(AUTUMN - timedelta(days=1), AUTUMN)
    assert whole[1] - whole[0] == timedelta(hours=15)
    [short] = Hours(EVENING, MORNING, nightly=True).stretches(SPRING - timedelta(days=1), SPRING)
    assert short[1] - short[0] == timedelta(hours=10)
    [early] = Hours(time(1), time(2, 30)).stretches(AUTUMN, AUTUMN)
    assert early[1] == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_duty_opens_and_closes_at_its_minute(landlord, sign_in):
    """An on-call duty opens pages exactly from Friday 18:00 to Monday 08:00, although clocks change on Sunday."""
    yann = landlord.person("yann")
    run("DELETE FROM access_assignment WHERE person_id = %s", yann.pk)
    at("2026-10-20 12:00")
    duty = put_on_call(yann, landlord.place("Secteur Glycines"), first=3, last=6)
    assert (duty.first_day, duty.last_day) == (date(2026, 10, 23), date(2026, 10, 26))
    client, mine = sign_in("yann"), "SELECT tenants_on_call()"
    for moment, opens in (
        ("2026-10-23 17:59:59", False),
        ("2026-10-23 18:00:00", True),
        ("2026-10-25 02:30:00", True),
        ("2026-10-26 07:59:59", True),
        ("2026-10-26 08:00:00", False),
        ("2026-10-26 23:00:00", False),
    ):
        at(moment)
        assert client.get("/urgence/").status_code == (200 if opens else 403), moment
        assert run(f"SELECT tenants_on_call() FROM set_config('loge.person', '{yann.pk}', true)") == [(opens,)], mine
        assert roles_today(yann.pk) == ({"on_call"} if opens else set())


def test_a_card_opened_during_a_duty_closes_with_it(landlord, sign_in):
    at(f"{paris_day(-1)} 07:50")
    yann, far = landlord.person("yann"), landlord.account("Dette-Quai 9")
    run("DELETE FROM access_assignment WHERE person_id = %s", yann.pk)
    nights = Hours(EVENING, MORNING, nightly=True)
    duty = put_on_call(yann, landlord.place("Secteur Glycines"), first=-1, last=2, hours=nights)
    client, ask_for = sign_in("yann"), {"reference": far.reference, "reason": "water"}
    assert client.post("/urgence/", ask_for).status_code == 403
    at(f"{paris_day()} 06:40")
    card = client.post("/urgence/", ask_for)["Location"]
    assert client.get(card).status_code == 200
    homes = "SELECT count(*) FROM tenants_residence"
    assert as_role(C.EMERGENCY, yann.pk, homes) == [(2,)]
    at(f"{paris_day()} 07:00")
    assert client.get(card).status_code == 403
    assert as_role(C.EMERGENCY, yann.pk, homes) == [(0,)]
    # When a manager ends the on-call duty during its hours, the person's next request is refused.
    at(f"{paris_day()} 21:00")
    assert client.get("/urgence/").status_code == 200
    with acting(landlord.person("georges")):
        end_stand_in(by=landlord.person("georges"), assignment=duty, ended_on=paris_day())
    assert client.get("/urgence/").status_code == 403
    assert events(kind="assignment_ended")[0]["facts"]["reason"] == "mission_over"


def duty_form(landlord, **more):
    days = {"first_day": f"{paris_day():%d/%m/%Y}", "last_day": f"{paris_day(3):%d/%m/%Y}"}
    hours = {"from_hour": "18h", "to_hour": "7 h 30", "pattern": "whole"}
    return {"person": landlord.person("bruno").email, "place": "secteur-glycines", **days, **hours, **more}


def terms(landlord, place="Secteur Glycines", last=3, hours=DUTIES["each night"], role="on_call", reason="on_call"):
    return Terms(landlord.place(place), paris_day(), paris_day(last), reason, role, hours)


def test_a_manager_puts_own_staff_on_call_in_the_own_sector(landlord, sign_in):
    run("UPDATE access_person SET employed_at_id = %s", landlord.place("Secteur Glycines").pk)
    georges = sign_in("georges")
    assert georges.post(GRANT, duty_form(landlord)).status_code == 302
    given = Assignment.objects.using(OWNER).get(person=landlord.person("bruno"), role="on_call")
    assert given.hours == Hours(time(18), time(7, 30)) and given.given_by == landlord.person("georges")
    [event] = events(kind="assignment_granted")
    assert (event["facts"]["from_minute"], event["facts"]["to_minute"]) == (18 * 60, 7 * 60 + 30)
    for path in ("/acces/remplacements/", "/acces/couverture/"):
        assert "astreinte" in georges.get(path).content.decode()
    assert "de 18:00 le premier jour à 07:30 le dernier" in sign_in("bruno").get("/acces/moi/").content.decode()
    for wrong, message in (
        ({"to_hour": "25 h"}, "Écrivez l’heure"),
        ({"last_day": f"{paris_day():%d/%m/%Y}"}, "La fin de l’astreinte doit être postérieure"),
        ({"place": "secteur-quai"}, "Aucun lieu"),
        ({"last_day": f"{paris_day(31):%d/%m/%Y}"}, "31 jours au plus"),
        ({}, "déjà d’astreinte"),
    ):
        answer = georges.post(GRANT, duty_form(landlord, **wrong))
        assert answer.status_code == 200 and message in answer.content.decode(), wrong
    # The first on-call duty ends on the morning of day 3. A second duty may begin on the evening of day 3.
    again = {"first_day": f"{paris_day(3):%d/%m/%Y}", "last_day": f"{paris_day(4):%d/%m/%Y}"}
    assert georges.post(GRANT, duty_form(landlord, **again)).status_code == 302


def test_a_duty_of_a_whole_sector_is_drawn_once_above_its_buildings(landlord, sign_in):
    georges = sign_in("georges")

    def drawn():
        return georges.get("/acces/couverture/").content.decode()

    before = drawn().count("· astreinte")
    put_on_call(landlord.person("bruno"), landlord.place("Secteur Glycines"))
    page = drawn()
    assert page.count("· astreinte") == before + 1 and page.count("pour tout le secteur") == 1
    assert page.index("pour tout le secteur") < page.index("Glycines A") < page.index("Glycines B")
    put_on_call(landlord.person("bruno"), landlord.place("Glycines A"))
    page = drawn()
    assert page.count("· astreinte") == before + 2 and page.count("pour tout le secteur") == 1


def test_a_manager_cannot_put_oneself_strangers_or_other_places_on_call(landlord):
    georges, bruno = landlord.person("georges"), landlord.person("bruno")
    run("UPDATE access_person SET employed_at_id = %s", landlord.place("Secteur Glycines").pk)
    for person, duty_terms, message in (
        (georges, terms(landlord), "vous-même"),
        (bruno, terms(landlord, place="Secteur Tour"), "périmètre"),
        (bruno, terms(landlord, role="caretaker", hours=None), "Seule une astreinte"),
        (bruno, terms(landlord, hours=None), "heures"),
        (bruno, terms(landlord, last=31), "31 jours"),
    ):
        with pytest.raises(ValidationError, match=message), acting(georges):
            grant_on_call(by=georges, person=person, terms=duty_terms)
    run("UPDATE access_person SET employed_at_id = %s WHERE id = %s", landlord.place("Agence Bercy").pk, bruno.pk)
    with pytest.raises(ValidationError, match="rattachée"), acting(georges):
        grant_on_call(by=georges, person=bruno, terms=terms(landlord))


def test_on_call_duty_cannot_be_requested_or_granted_by_an_administrator(landlord):
    jules, noel = landlord.person("jules"), landlord.person("noel")
    with pytest.raises(ValidationError, match="heures"), acting(jules):
        ask(by=jules, whose=noel, terms=terms(landlord, hours=None))
    hand = (
        "INSERT INTO access_assignment (id, person_id, role, place_id, first_day, last_day, reason, given_at,"
        " given_by_id, end_reason, from_hour, to_hour) VALUES (gen_random_uuid(), %s, 'on_call', %s, loge_today(),"
        " loge_today() + 1, 'on_call', now(), %s, '', '18:00', '08:00')"
    )
    with pytest.raises(DatabaseError, match="takes two"):
        as_role(C.ASSIGNMENTS, jules.pk, hand, noel.pk, landlord.place("Secteur Glycines").pk, jules.pk)
    for broken in ("role = 'caretaker'", "from_hour = NULL", "last_day = first_day"):
        with pytest.raises(DatabaseError, match=r"assignment_on_call_has_hours|assignment_hours_end"):
            run(f"UPDATE access_assignment SET {broken} WHERE person_id = %s", landlord.person("yann").pk)


def test_roles_with_hours_open_only_emergency_compartments():
    """A role for certain hours, such as on-call duty, may open only emergency data and evacuation lists.

    The reason is that the database checks the hours for these two kinds of data only.
    """
    for role in ROLES.values():
        if role.hours:
            assert role.compartments == {C.EMERGENCY, C.EVACUATION}


def test_on_call_duty_does_not_fill_a_gap_in_coverage():
    first = date(2026, 11, 23)
    row = cover([Span("Yann", first, first + timedelta(days=3), "oncall")], first, first + timedelta(days=27))
    assert row.days_without == 28 and [bar.kind for bar in row.lanes[1] if bar.kind] == ["oncall"]


# --- The link that grants it again ---


def test_on_call_row_never_links_to_a_request_and_links_to_its_form_for_a_manager(landlord, sign_in):
    yann, sector, jules = landlord.person("yann"), landlord.place("Secteur Glycines"), sign_in("jules")
    far = put_on_call(landlord.person("noel"), landlord.place("Secteur Quai"))
    pages = [
        "/acces/a-revoir/",
        "/acces/affectations/?role=on_call",
        f"/acces/personnes/{yann.pk}/",
        f"/acces/lieux/{sector.pk}/",
    ]
    for page in pages:
        body = jules.get(page).content.decode()
        assert yann.name in body and "role=on_call&amp;du=" not in body and GRANT not in body
    assign(landlord.person("jules"), "sector_manager", sector)
    jules = sign_in("jules")
    link = f"{GRANT}?personne={yann.pk}&lieu={sector.pk}&du={paris_day(2)}"
    for page in pages:
        body = unescape(jules.get(page).content.decode())
        assert f'href="{link}"' in body and f"lieu={far.place_id}&du" not in body
    form = jules.get(link).context["form"]
    values = {name: form[name].value() for name in ("person", "place", "first_day")}
    assert values == {"person": yann.email, "place": sector.code, "first_day": f"{paris_day(2):%d/%m/%Y}"}
    # If the URL names a person whom the form would refuse, the form must leave the field empty.
    stranger = landlord.person("noel")
    Person.objects.using(OWNER).filter(pk=stranger.pk).update(employed_at=far.place_id)
    assert jules.get(f"{GRANT}?personne={stranger.pk}").context["form"]["person"].value() is None


@pytest.mark.parametrize(("role", "chosen"), [("on_call", None), ("", None), ("officer", "officer")])
def test_request_form_preselects_only_the_requested_role(landlord, sign_in, role, chosen):
    body = sign_in("jules").get(f"/acces/demandes/nouvelle/?role={role}").content.decode()
    select = re.search(r'<select name="role".*?</select>', body, re.DOTALL).group()
    # Browsers choose the first option if none is selected.
    assert re.search(r'<option value="([^"]*)"', select).group(1) == ""
    assert re.findall(r'<option value="([^"]+)" selected', select) == ([chosen] if chosen else [])
