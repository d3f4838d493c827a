"""What exhibits of rights say line by line: hours on call, what a yearly review ended, who is late with one."""

from datetime import time

import pytest

from access.grants.hours import Hours
from access.models import Assignment
from tests.access.test_reviews import CONFIRM, answers
from tests.builders import OWNER, paris_day, put_on_call, run
from tests.inspection.test_exhibits import LET_IN, rows_of, told
from tests.known import typed

HOURS = [
    (Hours(time(18), time(8)), "de 18:00 le premier jour à 08:00 le dernier"),
    (Hours(time(9), time(17, 30), nightly=True), "chaque jour, de 09:00 à 17:30"),
    (Hours(time(20), time(6), nightly=True), "chaque nuit, de 20:00 à 06:00"),
]


@pytest.mark.parametrize(("hours", "said"), HOURS)
def test_hours_on_call_stand_beside_the_days_of_each_exhibit_of_rights(house, sign_in, hours, said):
    """Asked of a day gone by, of which the duty has an hour; what is no duty has no hours."""
    lea, sector = house.person("lea"), house.place("Secteur Glycines")
    duty = put_on_call(lea, sector, first=-3, last=2, hours=hours)
    Assignment.objects.using(OWNER).filter(pk=duty.pk).update(given_by=house.person("georges"))
    simone = sign_in("simone")
    let_in = {(row[0], row[1]): row[5] for row in rows_of(told(simone, house, "E4", day=typed(-2)), LET_IN)}
    assert let_in["Léa Giraud", "personnel d’astreinte"] == said and let_in["Awa Diakité", "gardiennage"] == ""
    asked = {"person": lea.email, "day": typed(-2)}
    posts = rows_of(told(simone, house, "E5", **asked), "Affectations de ce jour-là")
    assert [row[2:5] for row in posts if row[1] == sector.name] == [[iso(-3), iso(2), said]]
    duties = rows_of(told(simone, house, "E7"), "Astreintes des douze derniers mois")
    [line] = [row for row in duties if row[0] == "Léa Giraud"]
    assert line[1:3] == ["personnel d’astreinte", sector.name] and line[5:7] == [said, "Georges Petit"]


def iso(days: int) -> str:
    return paris_day(days).isoformat()


def test_e4_of_today_counts_a_duty_to_the_minute_and_says_so(house, sign_in):
    hours = "UPDATE access_assignment SET from_hour = %s, to_hour = %s WHERE role = 'on_call' AND person_id = %s"
    lea = house.person("lea")
    put_on_call(lea, house.place("Secteur Glycines"), first=0, last=0, hours=Hours(time(0), time(23, 59)))
    simone = sign_in("simone")
    on_duty = told(simone, house, "E4")
    [note] = [one["note"] for one in on_duty["content"]["tables"] if one["title"] == LET_IN]
    assert "Léa Giraud" in {row[0] for row in rows_of(on_duty, LET_IN)} and "à la minute" in note
    [(_over, begins)] = run(
        "SELECT '00:00'::time, (loge_now() AT TIME ZONE 'Europe/Paris' + interval '1 minute')::time"
    )
    run(hours, begins, time(23, 59), lea.pk)
    assert "Léa Giraud" not in {row[0] for row in rows_of(told(simone, house, "E4"), LET_IN)}


def test_e7_tells_the_hours_of_a_duty_that_was_ended_early(house, sign_in):
    duty = put_on_call(house.person("lea"), house.place("Secteur Glycines"), first=-3, last=2)
    ended = {"ended_on": paris_day(-1), "end_reason": "error", "ended_by": house.person("georges")}
    Assignment.objects.using(OWNER).filter(pk=duty.pk).update(**ended)
    rows = rows_of(told(sign_in("simone"), house, "E7"), "Affectations terminées avant la date prévue, sur douze mois")
    [line] = [row for row in rows if row[0] == "Léa Giraud"]
    assert line[3:5] == [HOURS[0][1], iso(-1)] and line[6] == "Georges Petit"


def test_e8_names_the_rights_that_ended_and_the_managers_who_are_late(house, sign_in):
    run("UPDATE access_assignment SET first_day = loge_today() - 370 WHERE role = 'sector_manager'")
    simone = sign_in("simone")
    late = rows_of(told(simone, house, "E8"), "Responsables en retard")
    assert late == [["Georges Petit", "responsable de secteur", "Secteur Glycines", None, iso(-5), 5]]
    said = {str(pk): answer for pk, answer in answers(house, bruno=True).items()}
    assert sign_in("georges").post(CONFIRM, said).status_code == 302
    after = told(simone, house, "E8")
    assert rows_of(after, "Responsables en retard") == []
    [signed] = rows_of(after, "Revues signées")
    assert signed[1:6] == ["Georges Petit", "Secteur Glycines", iso(0), 2, 1]
    [gone] = rows_of(after, "Droits retirés par ces revues")
    bruno = Assignment.objects.using(OWNER).get(person=house.person("bruno"))
    days = [bruno.first_day.isoformat(), bruno.last_day.isoformat()]
    assert gone == [iso(0), "Georges Petit", "Bruno Lefèvre", "gardiennage", bruno.place.name, *days]


def test_who_is_late_is_told_to_who_inspects_or_watches_and_to_nobody_else(house):
    run("UPDATE access_assignment SET first_day = loge_today() - 370 WHERE role = 'sector_manager'")
    asked = "SELECT assignment FROM set_config('loge.person', %s, true), access_reviews()"
    for name, is_told in (("simone", True), ("ines", True), ("awa", False), ("elise", False)):
        assert bool(run(asked, str(house.person(name).pk))) == is_told, name
