"""Granting, extending, ending and moving assignments: who may do it, what is refused, and what is recorded."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from django.test import Client

from access.grants.actions.assignments import end, grant, move
from access.grants.grant_terms import Terms
from access.models import Assignment
from tests.access.acting import acting
from tests.builders import OWNER, assign, events, make_person, paris_day, run
from tests.sign_in import let_in

GRANT = "/acces/affectations/confier/"


def held_by(person):
    return list(Assignment.objects.using(OWNER).filter(person=person).order_by("first_day", "place__name"))


def grant_form(landlord, name="noel", place="Glycines B", first=0, last=90, **more):
    typed = {
        "person": landlord.person(name).email,
        "place": landlord.place(place).code,
        "first_day": f"{paris_day(first):%d/%m/%Y}",
        "last_day": f"{paris_day(last):%d/%m/%Y}",
        "reason": "posting",
    }
    return {**typed, **more}


def grant_as(landlord, by, person, place="Glycines B", first=0, last=90, **more):
    """Grant an assignment by calling the action as the person `by`, which bypasses the checks of the form."""
    giver, taker = landlord.person(by), landlord.person(person)
    terms = Terms(landlord.place(place), paris_day(first), paris_day(last), "posting", **more)
    with acting(giver):
        return grant(by=giver, person=taker, terms=terms)


def test_an_administrator_grants_a_building_and_it_opens_at_once(landlord, sign_in):
    keeper = sign_in("noel")
    assert keeper.get("/acces/moi/").content.count(b"Glycines B") == 0
    answer = sign_in("jules").post(GRANT, grant_form(landlord))
    assert answer.status_code == 302
    [given] = held_by(landlord.person("noel"))
    assert (given.place.name, given.role, given.given_by) == ("Glycines B", "caretaker", landlord.person("jules"))
    assert "Glycines B" in keeper.get("/acces/moi/").content.decode()
    [event] = events(kind="assignment_granted")
    assert (
        event["actor"] == landlord.person("jules").pk
        and event["about"] == given.pk
        and event["place"] == given.place_id
    )
    assert event["facts"] == {
        "assignment": str(given.pk),
        "person": str(given.person_id),
        "role": "caretaker",
        "first_day": paris_day().isoformat(),
        "last_day": paris_day(90).isoformat(),
        "reason": "posting",
    }


def test_closed_namesake_does_not_make_a_name_ambiguous(landlord, sign_in):
    jules, noel, bruno = sign_in("jules"), landlord.person("noel"), landlord.person("bruno")
    typed = grant_form(landlord)
    run("UPDATE access_person SET name = %s, is_active = false WHERE id = %s", noel.name, bruno.pk)
    page = jules.get(GRANT).content.decode()
    assert noel.email in page and bruno.email not in page
    assert jules.post(GRANT, {**typed, "person": noel.name}).status_code == 302
    assert [given.place.name for given in held_by(noel)] == ["Glycines B"]
    closed = jules.post(GRANT, {**typed, "person": bruno.email}).content.decode()
    assert "rouvrez-la d’abord" in closed


@pytest.mark.parametrize("name", ["awa", "elise", "georges", "helene", "ines", "noel"])
def test_other_roles_cannot_grant_through_the_page(landlord, sign_in, name):
    assert sign_in(name).post(GRANT, grant_form(landlord, "bruno")).status_code == 403
    assert not events(kind="assignment_granted")
    assert [event["outcome"] for event in events(kind="refused")] == ["refused"]


@pytest.mark.parametrize("name", ["awa", "georges", "ines"])
def test_other_roles_cannot_grant_through_the_action(landlord, name):
    with pytest.raises(ValidationError, match="périmètre"):
        grant_as(landlord, name, "noel")


def test_nobody_grants_to_oneself_through_the_page(landlord, sign_in):
    answer = sign_in("jules").post(GRANT, grant_form(landlord, "jules"))
    assert answer.status_code == 200 and "vous-même" in answer.content.decode()
    assert len(held_by(landlord.person("jules"))) == 1


def test_nobody_grants_to_oneself_through_the_action(landlord):
    with pytest.raises(ValidationError, match="vous-même"):
        grant_as(landlord, "jules", "jules")


def insert_as(landlord, by, person, given_by):
    """Insert an assignment with raw SQL in the web's database role, as an attacker in the web process could."""
    quay = landlord.place("Quai 9").pk
    with acting(by), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_assignment (id, person_id, role, place_id, first_day, last_day, reason, given_by_id,"
            " given_at, end_reason) VALUES (gen_random_uuid(), %s, 'caretaker', %s, loge_today(), loge_today() + 9,"
            " 'posting', %s, now(), '')",
            [person.pk, quay, given_by.pk],
        )


def test_nobody_grants_to_oneself_through_raw_sql(landlord):
    jules, noel = landlord.person("jules"), landlord.person("noel")
    with pytest.raises(DatabaseError, match="row-level security"):
        insert_as(landlord, jules, jules, given_by=jules)
    with pytest.raises(DatabaseError, match="row-level security"):
        # The database must refuse that Jules (administrator) gives himself an assignment in the name of Noël.
        insert_as(landlord, jules, jules, given_by=noel)
    # The database accepts that Jules (administrator) gives Noël an assignment.
    insert_as(landlord, jules, noel, given_by=jules)
    assert len(held_by(noel)) == 1


def test_nobody_extends_an_own_assignment_through_raw_sql(landlord):
    jules = landlord.person("jules")
    with acting(jules), connection.cursor() as cursor:
        cursor.execute("UPDATE access_assignment SET last_day = last_day + 900 WHERE person_id = %s", [jules.pk])
        assert cursor.rowcount == 0


def test_an_agencys_administrator_cannot_grant_in_another_agency(landlord, sign_in):
    local = make_person("Agathe Local", landlord.place("Agence Belleville"))
    assign(local, "access_administrator", landlord.place("Agence Belleville"))
    client = Client()
    let_in(client, local)
    assert client.post(GRANT, grant_form(landlord, place="Glycines B")).status_code == 302
    answer = client.post(GRANT, grant_form(landlord, place="Quai 9"))
    assert answer.status_code == 200 and "Aucun lieu" in answer.content.decode()
    noel, far = landlord.person("noel"), Terms(landlord.place("Quai 9"), paris_day(), paris_day(9), "posting")
    with pytest.raises(ValidationError, match="périmètre"), acting(local):
        grant(by=local, person=noel, terms=far)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"last_day": ""}, "obligatoire"),
        ({"last_day": "31/02/2027"}, "Ce jour n’existe pas"),
        ({"first": -1}, "Le premier jour est passé"),
        ({"first": 5, "last": 4}, "doit être postérieur ou égal"),
        ({"last": 4000}, "trois ans au plus"),
        ({"person": "inconnue@trois-rives.example"}, "Aucune personne de votre périmètre n’a ce nom"),
        ({"name": "karim"}, "fermée"),
        ({"name": "bruno"}, "déjà ce rôle en ce lieu"),
    ],
)
def test_invalid_grants_are_refused_with_a_reason(landlord, sign_in, wrong, message):
    answer = sign_in("jules").post(GRANT, grant_form(landlord, **wrong))
    assert answer.status_code == 200 and message in answer.content.decode()
    assert not events(kind="assignment_granted")


def test_a_second_assignment_after_the_end_of_the_first_is_allowed(landlord):
    bruno = landlord.person("bruno")
    grant_as(landlord, "jules", "bruno", first=201, last=300)
    assert len(held_by(bruno)) == 2


def test_of_two_simultaneous_grants_one_is_refused_with_a_reason(landlord, sign_in):
    second = make_person("Jeanne Double", landlord.place("Office des Trois-Rives"))
    assign(second, "access_administrator", landlord.place("Office des Trois-Rives"))
    other = Client()
    let_in(other, second)
    start, typed = Barrier(2), grant_form(landlord)

    def give(client):
        from django.db import connections

        start.wait()
        try:
            return client.post(GRANT, typed)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(give, [sign_in("jules"), other]))
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    [loser] = [answer for answer in answers if answer.status_code == 200]
    assert "déjà ce rôle en ce lieu" in loser.content.decode()
    assert len(held_by(landlord.person("noel"))) == 1 and len(events(kind="assignment_granted")) == 1


def test_an_end_takes_effect_between_two_requests_of_one_session(landlord, sign_in):
    keeper = sign_in("awa")
    card = f"/fiches/{landlord.residence('Calme-Glycines A').pk}/"
    assert keeper.get(card).status_code == 200
    [mine] = held_by(landlord.person("awa"))
    day = f"{paris_day():%d/%m/%Y}"
    answer = sign_in("jules").post(
        f"/acces/affectations/{mine.pk}/terminer/", {"ended_on": day, "reason": "end_of_post"}
    )
    assert answer.status_code == 302
    assert keeper.get(card).status_code in {403, 404}
    [event] = events(kind="assignment_ended")
    assert event["facts"]["ended_on"] == paris_day().isoformat() and event["facts"]["reason"] == "end_of_post"


def test_an_end_in_the_future_leaves_today_open(landlord, sign_in):
    [mine] = held_by(landlord.person("awa"))
    typed = {"ended_on": f"{paris_day(5):%d/%m/%Y}", "reason": "transfer"}
    assert sign_in("jules").post(f"/acces/affectations/{mine.pk}/terminer/", typed).status_code == 302
    assert "Glycines A" in sign_in("awa").get("/acces/moi/").content.decode()


@pytest.mark.parametrize(("day", "message"), [(-1, "Ce jour est passé"), (201, "prend déjà fin")])
def test_an_end_outside_the_assignments_days_is_refused(landlord, sign_in, day, message):
    [mine] = held_by(landlord.person("awa"))
    typed = {"ended_on": f"{paris_day(day):%d/%m/%Y}", "reason": "transfer"}
    answer = sign_in("jules").post(f"/acces/affectations/{mine.pk}/terminer/", typed)
    assert answer.status_code == 200 and message in answer.content.decode()


def test_an_ended_assignment_cannot_be_ended_again(landlord):
    [over] = held_by(landlord.person("chloe"))
    jules = landlord.person("jules")
    with pytest.raises(ValidationError, match="déjà terminée"), acting(jules):
        end(by=jules, assignment=over, ended_on=paris_day(), reason="end_of_post")


def test_an_assignment_ended_before_it_began_never_takes_effect(landlord):
    [coming] = held_by(landlord.person("olga"))
    jules = landlord.person("jules")
    with acting(jules):
        end(by=jules, assignment=coming, ended_on=paris_day(), reason="error")
    [coming] = held_by(landlord.person("olga"))
    assert coming.ended_on == coming.first_day
    assert run("SELECT access_reach(%s, 'card', %s)", landlord.person("olga").pk, coming.first_day) == []


def test_extending_sets_a_later_last_day(landlord, sign_in):
    [mine] = held_by(landlord.person("awa"))
    url = f"/acces/affectations/{mine.pk}/prolonger/"
    client = sign_in("jules")
    # The form is shown again with status 200, because the new end date is earlier than the current end date.
    assert client.post(url, {"last_day": f"{paris_day(10):%d/%m/%Y}"}).status_code == 200
    assert client.post(url, {"last_day": f"{paris_day(300):%d/%m/%Y}"}).status_code == 302
    assert held_by(landlord.person("awa"))[0].last_day == paris_day(300)
    assert [event["facts"]["last_day"] for event in events(kind="assignment_extended")] == [paris_day(300).isoformat()]


def test_administrators_cannot_extend_end_or_move_their_own_assignment(landlord, sign_in):
    [own] = held_by(landlord.person("jules"))
    client, day = sign_in("jules"), f"{paris_day(300):%d/%m/%Y}"
    for act, typed in (
        ("prolonger", {"last_day": day}),
        ("terminer", {"ended_on": f"{paris_day(1):%d/%m/%Y}", "reason": "error"}),
        ("deplacer", {"place": "quai-9", "day": f"{paris_day(1):%d/%m/%Y}", "last_day": day}),
    ):
        answer = client.post(f"/acces/affectations/{own.pk}/{act}/", typed)
        assert answer.status_code == 200 and "vous-même" in answer.content.decode()
    assert held_by(landlord.person("jules")) == [own]


def test_moving_a_caretaker_ends_the_old_assignment_and_grants_the_new_one(landlord, sign_in):
    [mine] = held_by(landlord.person("awa"))
    typed = {"place": "tour-basse", "day": f"{paris_day(3):%d/%m/%Y}", "last_day": f"{paris_day(100):%d/%m/%Y}"}
    assert sign_in("jules").post(f"/acces/affectations/{mine.pk}/deplacer/", typed).status_code == 302
    before, after = held_by(landlord.person("awa"))
    assert (before.ended_on, before.end_reason) == (paris_day(3), "transfer")
    assert (after.place.name, after.first_day, after.reason) == ("Tour basse", paris_day(3), "transfer")


def test_a_move_whose_grant_fails_does_not_end_the_old_assignment(landlord):
    assign(landlord.person("awa"), "caretaker", landlord.place("Glycines B"))
    current = Assignment.objects.using(OWNER).get(person=landlord.person("awa"), place=landlord.place("Glycines A"))
    days = {"day": paris_day(), "last_day": paris_day(50)}
    jules, there = landlord.person("jules"), landlord.place("Glycines B")
    with pytest.raises(ValidationError, match="déjà ce rôle"), acting(jules):
        move(by=jules, assignment=current, place=there, **days)
    current.refresh_from_db(using=OWNER)
    assert current.ended_on is None and not events(kind="assignment_ended")


def test_the_list_is_filtered_by_place_role_and_days(landlord, sign_in):
    Assignment.objects.using(OWNER).filter(person=landlord.person("bruno")).update(last_day=paris_day(10))
    client = sign_in("jules")

    def listing(**chosen):
        return client.get("/acces/affectations/", chosen).content.decode()

    assert "Bruno Lefèvre" in listing() and "Chloé Martin" not in listing()
    assert "Chloé Martin" in listing(quand="terminees")
    soon = listing(quand="bientot")
    assert "Bruno Lefèvre" in soon and "Awa Diakité" not in soon
    assert "Denis Roux" not in listing(lieu="secteur-glycines")
    assert "Awa Diakité" not in listing(role="officer") and "Élise Bernard" in listing(role="officer")


def test_the_data_protection_officer_reads_all_assignments_and_changes_none(landlord, sign_in):
    client = sign_in("ines")
    [mine] = held_by(landlord.person("awa"))
    page = client.get("/acces/affectations/").content.decode()
    assert "Awa Diakité" in page and "mettre fin" not in page and "Confier" not in page
    for url in (GRANT, "/acces/affectations/echanges/", f"/acces/affectations/{mine.pk}/terminer/"):
        assert client.get(url).status_code == 403
        assert client.post(url, {}).status_code == 403


@pytest.mark.parametrize(
    "url", ["/acces/affectations/", "/acces/personnes/", "/acces/lieux/", "/acces/qui/", "/acces/couverture/"]
)
def test_a_caretaker_cannot_read_others_assignments(landlord, sign_in, url):
    assert sign_in("awa").get(url).status_code == 403


def test_everyone_reads_only_their_own_assignments(landlord, sign_in):
    page = sign_in("awa").get("/acces/moi/").content.decode()
    assert "Glycines A" in page and "Glycines B" not in page and "Bruno" not in page
    assert sign_in("noel").get("/acces/moi/").status_code == 200
    assert [event["facts"]["question"] for event in events(kind="rights_read")] == ["mine", "mine"]


def test_a_day_without_a_year_is_understood(landlord, sign_in):
    near = paris_day(40)
    typed = grant_form(landlord, last_day=f"{near.day}/{near.month}")
    assert sign_in("jules").post(GRANT, typed).status_code == 302
    assert held_by(landlord.person("noel"))[0].last_day == near
    assert near - paris_day() == timedelta(days=40)
