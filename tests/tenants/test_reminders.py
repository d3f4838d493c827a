"""In an errand, an officer asks a caretaker to pass on a neutral message at some doors, such as "call the agency".

The tests check who may give an errand, who may pass on the message, and that an errand does not reveal debts.
"""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from tenants.actions.reminders import give_reminder, pass_on
from tenants.models import Reminder, ReminderDoor
from tests.builders import OWNER, events, paris_day, run
from tests.tenants.test_residents import comparable, page, set_discreet_mark, text


def units(landlord, *doors, building="Glycines A"):
    rows = landlord.building(building).units.using(OWNER).filter(door__in=doors)
    return {unit.door: unit for unit in rows}


def write_errand(landlord, *doors, building="Glycines A", first=0, last=10):
    """Store an errand (a message that caretakers pass on) for the dwellings with these door numbers."""
    place = landlord.building(building)
    days = {"first_day": paris_day(first), "last_day": paris_day(last)}
    reminder = Reminder(building=place, given_by=landlord.person("elise"), **days)
    reminder.save(using=OWNER)
    for unit in units(landlord, *doors, building=building).values():
        ReminderDoor(reminder=reminder, unit=unit, building=place).save(using=OWNER)
    return reminder


def doors_of(reminder):
    return ReminderDoor.objects.using(OWNER).filter(reminder=reminder).order_by("unit__door")


def give(client, landlord, *doors, building="Glycines A", days=14):
    chosen = [str(unit.pk) for unit in units(landlord, *doors, building=building).values()]
    url = f"/immeubles/{landlord.building(building).pk}/rappels/nouveau/"
    return client.post(url, {"units": chosen, "last_day": paris_day(days).isoformat()})


# --- Giving ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["elise", "georges"])
def test_officer_and_sector_manager_give_an_errand_and_it_is_recorded(landlord, sign_in, name):
    answer = give(sign_in(name), landlord, "11", "12")
    reminder = Reminder.objects.using(OWNER).get()
    assert (answer.status_code, answer.url) == (302, f"/rappels/{reminder.pk}/")
    assert (reminder.first_day, reminder.last_day) == (paris_day(), paris_day(14))
    assert [door.unit.door for door in doors_of(reminder).select_related("unit")] == ["11", "12"]
    [event] = events(kind="reminder_given")
    assert event["facts"] == {"units": 2, "last_day": paris_day(14).isoformat()}
    assert (event["about"], event["place"]) == (reminder.pk, reminder.building_id)
    assert (event["actor"], event["outcome"]) == (landlord.person(name).pk, "changed")
    assert [attempt["outcome"] for attempt in events(route="reminder_give", kind="form_submitted")] == ["attempted"]


def test_form_offers_let_dwellings_only(landlord, sign_in):
    body = text(sign_in("elise").get(f"/immeubles/{landlord.building('Glycines A').pk}/rappels/nouveau/"))
    assert "porte 11" in body and "porte 12" in body and "porte 21" not in body and "porte 22" not in body
    # The rent (487 euros) must not be on the page. Ids in HTML attributes may contain 487, so only text is searched.
    assert not re.search(r">[^<]*487[^<]*<", body) and "€" not in body


def test_vacant_dwelling_or_one_of_another_building_is_refused(landlord, sign_in):
    client = sign_in("elise")
    assert give(client, landlord, "22").status_code == 200
    other = units(landlord, "11", building="Glycines B")["11"]
    url = f"/immeubles/{landlord.building('Glycines A').pk}/rappels/nouveau/"
    assert client.post(url, {"units": [str(other.pk)], "last_day": paris_day(7).isoformat()}).status_code == 200
    assert client.post(url, {"last_day": paris_day(7).isoformat()}).status_code == 200
    assert not Reminder.objects.using(OWNER).exists() and not events(kind="reminder_given")


@pytest.mark.parametrize("days", [-1, 32, 90])
def test_errand_over_31_days_is_refused(landlord, sign_in, days):
    assert give(sign_in("elise"), landlord, "11", days=days).status_code == 200
    with pytest.raises(ValidationError, match="un mois au plus"):
        give_reminder(
            by=landlord.person("elise"),
            building=landlord.building("Glycines A"),
            units=list(units(landlord, "11").values()),
            last_day=paris_day() + timedelta(days=days),
        )
    assert not Reminder.objects.using(OWNER).exists()


@pytest.mark.parametrize(
    ("name", "status"), [("awa", 403), ("bruno", 403), ("fatou", 404), ("denis", 404), ("helene", 403)]
)
def test_other_roles_cannot_give_an_errand(landlord, sign_in, name, status):
    assert give(sign_in(name), landlord, "11").status_code == status
    assert not Reminder.objects.using(OWNER).exists()


def test_officer_elsewhere_cannot_give_an_errand_where_only_caretaker(landlord, sign_in):
    assert give(sign_in("denis"), landlord, "11", building="Quai 9").status_code == 403
    assert give(sign_in("denis"), landlord, "11", building="Tour basse").status_code == 302


def test_discreet_dwelling_is_offered_by_its_door_only(landlord, sign_in):
    set_discreet_mark(landlord.account("Calme-Glycines A"))
    body = text(sign_in("elise").get(f"/immeubles/{landlord.building('Glycines A').pk}/rappels/nouveau/"))
    assert "porte 11" in body and "Calme" not in body
    assert give(sign_in("elise"), landlord, "11").status_code == 302


# --- Passing on ------------------------------------------------------------------------------------------------------


def test_caretaker_sees_doors_and_a_neutral_message(landlord, sign_in):
    reminder = write_errand(landlord, "11", "12")
    client = sign_in("awa")
    today = text(client.get("/immeubles/"))
    assert f"/rappels/{reminder.pk}/" in today and "0 sur 2 terminés" in today
    body = text(client.get(f"/rappels/{reminder.pk}/"))
    assert "Merci de téléphoner à l’agence" in body and ">11" in body and ">12" in body and "restent 2" in body
    for word in ("Dette", "Calme", "€", "1\u202f461", "loyer", "retard", "impay"):
        assert word not in body.split("<main")[1]
    [event] = events(kind="list_shown", route="reminder")
    assert (event["facts"], event["shown_ids"]) == ({"list": "reminder"}, [])


def test_errand_page_does_not_depend_on_the_debt(landlord, sign_in):
    """The page with the messages to pass on (errands) must not reveal debts.

    It must be the same for a dwelling with three months of debt as for one without debt, except for the door number.
    """
    client = sign_in("awa")
    lines = []
    for door in ("11", "12"):
        reminder = write_errand(landlord, door)
        body = text(client.get(f"/rappels/{reminder.pk}/")).split('<ol class="lines by-door">')[1].split("</ol>")[0]
        passed = doors_of(reminder).get()
        token = body.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
        lines.append(body.replace(str(passed.pk), "").replace(token, "").replace(door, ""))
    assert lines[0] == lines[1]


def test_one_tap_marks_a_door_and_is_recorded_once(landlord, sign_in):
    reminder = write_errand(landlord, "11", "12")
    first = doors_of(reminder).first()
    client = sign_in("awa")
    for _ in range(2):
        answer = client.post(f"/rappels/portes/{first.pk}/")
        assert (answer.status_code, answer.url) == (302, f"/rappels/{reminder.pk}/")
    assert [door.done_on for door in doors_of(reminder)] == [paris_day(), None]
    [event] = events(kind="reminder_done")
    assert (event["about"], event["place"], event["facts"]) == (first.pk, reminder.building_id, {})
    body = text(client.get(f"/rappels/{reminder.pk}/"))
    assert "terminé le" in body and "reste 1" in body
    assert "1 sur 2 terminés" in text(client.get("/immeubles/"))


def test_door_marked_by_a_slip_is_taken_back_the_same_day(landlord, sign_in):
    reminder = write_errand(landlord, "11", "12")
    first, client = doors_of(reminder).first(), sign_in("awa")
    url = f"/rappels/portes/{first.pk}/"
    assert "peut être annulé" in text(client.post(url, {"undo": "1"}, follow=True))
    client.post(url)
    assert "Annuler, escalier\u00a0A, porte\u00a011" in text(client.get(f"/rappels/{reminder.pk}/"))
    assert "La porte est de nouveau à faire." in text(client.post(url, {"undo": "1"}, follow=True))
    assert [door.done_on for door in doors_of(reminder)] == [None, None]
    [event] = events(kind="reminder_taken_back")
    assert (event["about"], event["place"], event["facts"]) == (first.pk, reminder.building_id, {})
    run("UPDATE tenants_reminderdoor SET done_on = %s WHERE id = %s", paris_day(-1), first.pk)
    assert "Annuler" not in text(client.get(f"/rappels/{reminder.pk}/")).split('class="lines by-door"')[1]
    client.post(url, {"undo": "1"})
    assert doors_of(reminder).first().done_on == paris_day(-1)


def test_manager_follows_an_errand_but_cannot_mark_doors(landlord, sign_in):
    reminder = write_errand(landlord, "11")
    body = text(sign_in("georges").get(f"/rappels/{reminder.pk}/"))
    assert "à faire" in body and "Terminé, escalier" not in body
    assert sign_in("georges").post(f"/rappels/portes/{doors_of(reminder).get().pk}/").status_code == 403


@pytest.mark.parametrize(
    ("name", "status"), [("bruno", 404), ("denis", 404), ("chloe", 403), ("olga", 403), ("fatou", 404)]
)
def test_people_without_access_neither_see_nor_mark_doors(landlord, sign_in, name, status):
    reminder = write_errand(landlord, "11")
    client, door = sign_in(name), doors_of(reminder).get()
    assert client.get(f"/rappels/{reminder.pk}/").status_code == status
    assert client.post(f"/rappels/portes/{door.pk}/").status_code in {status, 403}
    assert doors_of(reminder).get().done_on is None
    assert not events(kind="reminder_done") and len(events(kind="refused")) == 2


def test_ended_errand_hides_its_doors(landlord, sign_in):
    reminder = write_errand(landlord, "11", "12", first=-20, last=-1)
    client = sign_in("awa")
    assert "Merci de téléphoner" not in text(client.get("/immeubles/"))
    body = text(client.get(f"/rappels/{reminder.pk}/"))
    assert "terminée" in body and 'class="lines by-door"' not in body
    door = doors_of(reminder).first()
    with pytest.raises(ValidationError, match="terminée"):
        pass_on(by=landlord.person("awa"), door=door)
    client.post(f"/rappels/portes/{door.pk}/")
    assert doors_of(reminder).first().done_on is None


def test_get_request_does_not_mark_a_door(landlord, sign_in):
    door = doors_of(write_errand(landlord, "11")).get()
    assert sign_in("awa").get(f"/rappels/portes/{door.pk}/").status_code == 302
    assert doors_of(door.reminder).get().done_on is None


def test_errand_changes_no_other_page(landlord, sign_in):
    """An errand (a message to pass on to a resident) must change no page of the building or of the resident."""
    client = sign_in("awa")
    looks = [page(landlord), page(landlord, rest="?vue=liste"), f"/fiches/{landlord.residence('Dette-Glycines A').pk}/"]
    before = [comparable(client.get(url)) for url in looks]
    write_errand(landlord, "12")
    assert [comparable(client.get(url)) for url in looks] == before


def test_database_refuses_a_door_of_another_building(landlord):
    reminder, other = write_errand(landlord, "11"), units(landlord, "11", building="Glycines B")["11"]
    with pytest.raises(Exception, match="violates foreign key constraint"):
        run(
            "INSERT INTO tenants_reminderdoor (id, reminder_id, unit_id, building_id)"
            " VALUES (gen_random_uuid(), %s, %s, %s)",
            reminder.pk,
            other.pk,
            reminder.building_id,
        )
