"""Exhibits about employees' access rights. Exhibits are documents that each answer one question of an inspector.

They must show the hours of on-call duty, the assignments that an access review ended, and the managers whose yearly
review is overdue.
"""

from datetime import time

import pytest

from access.grants.hours import Hours
from access.models import Assignment
from tests.access.test_reviews import CONFIRM, answers
from tests.builders import OWNER, paris_day, put_on_call, run
from tests.form_values import typed
from tests.inspection.test_exhibits import LET_IN, exhibit_json, rows_of

HOURS = [
    (Hours(time(18), time(8)), "de 18:00 le premier jour à 08:00 le dernier"),
    (Hours(time(9), time(17, 30), nightly=True), "chaque jour, de 09:00 à 17:30"),
    (Hours(time(20), time(6), nightly=True), "chaque nuit, de 20:00 à 06:00"),
]


@pytest.mark.parametrize(("hours", "exhibit"), HOURS)
def test_exhibits_show_on_call_hours(landlord, sign_in, hours, exhibit):
    """The exhibits E4, E5 and E7 must show the hours of an on-call assignment, even if an exhibit is made for a past
    day.

    They must show no hours for an assignment to another role.
    """
    lea, sector = landlord.person("lea"), landlord.place("Secteur Glycines")
    duty = put_on_call(lea, sector, first=-3, last=2, hours=hours)
    Assignment.objects.using(OWNER).filter(pk=duty.pk).update(given_by=landlord.person("georges"))
    simone = sign_in("simone")
    let_in = {(row[0], row[1]): row[5] for row in rows_of(exhibit_json(simone, landlord, "E4", day=typed(-2)), LET_IN)}
    assert let_in["Léa Giraud", "personnel d’astreinte"] == exhibit and let_in["Awa Diakité", "gardiennage"] == ""
    inputs = {"person": lea.email, "day": typed(-2)}
    posts = rows_of(exhibit_json(simone, landlord, "E5", **inputs), "Affectations de ce jour-là")
    assert [row[2:5] for row in posts if row[1] == sector.name] == [[iso(-3), iso(2), exhibit]]
    duties = rows_of(exhibit_json(simone, landlord, "E7"), "Astreintes des douze derniers mois")
    [line] = [row for row in duties if row[0] == "Léa Giraud"]
    assert line[1:3] == ["personnel d’astreinte", sector.name] and line[5:7] == [exhibit, "Georges Petit"]


def iso(days: int) -> str:
    return paris_day(days).isoformat()


def test_e4_of_today_counts_on_call_hours_to_the_minute(landlord, sign_in):
    hours = "UPDATE access_assignment SET from_hour = %s, to_hour = %s WHERE role = 'on_call' AND person_id = %s"
    lea = landlord.person("lea")
    put_on_call(lea, landlord.place("Secteur Glycines"), first=0, last=0, hours=Hours(time(0), time(23, 59)))
    simone = sign_in("simone")
    on_duty = exhibit_json(simone, landlord, "E4")
    [note] = [event["note"] for event in on_duty["content"]["tables"] if event["title"] == LET_IN]
    assert "Léa Giraud" in {row[0] for row in rows_of(on_duty, LET_IN)} and "à la minute" in note
    [(_over, begins)] = run(
        "SELECT '00:00'::time, (loge_now() AT TIME ZONE 'Europe/Paris' + interval '1 minute')::time"
    )
    run(hours, begins, time(23, 59), lea.pk)
    assert "Léa Giraud" not in {row[0] for row in rows_of(exhibit_json(simone, landlord, "E4"), LET_IN)}


def test_e7_shows_hours_of_an_on_call_assignment_ended_early(landlord, sign_in):
    duty = put_on_call(landlord.person("lea"), landlord.place("Secteur Glycines"), first=-3, last=2)
    ended = {"ended_on": paris_day(-1), "end_reason": "error", "ended_by": landlord.person("georges")}
    Assignment.objects.using(OWNER).filter(pk=duty.pk).update(**ended)
    rows = rows_of(
        exhibit_json(sign_in("simone"), landlord, "E7"), "Affectations terminées avant la date prévue, sur douze mois"
    )
    [line] = [row for row in rows if row[0] == "Léa Giraud"]
    assert line[3:5] == [HOURS[0][1], iso(-1)] and line[6] == "Georges Petit"


def test_e8_lists_ended_assignments_and_late_managers(landlord, sign_in):
    run("UPDATE access_assignment SET first_day = loge_today() - 370 WHERE role = 'sector_manager'")
    simone = sign_in("simone")
    late = rows_of(exhibit_json(simone, landlord, "E8"), "Responsables en retard")
    assert late == [["Georges Petit", "responsable de secteur", "Secteur Glycines", None, iso(-5), 5]]
    exhibit = {str(pk): answer for pk, answer in answers(landlord, bruno=True).items()}
    assert sign_in("georges").post(CONFIRM, exhibit).status_code == 302
    after = exhibit_json(simone, landlord, "E8")
    assert rows_of(after, "Responsables en retard") == []
    [signed] = rows_of(after, "Revues signées")
    assert signed[1:6] == ["Georges Petit", "Secteur Glycines", iso(0), 2, 1]
    [gone] = rows_of(after, "Droits retirés par ces revues")
    bruno = Assignment.objects.using(OWNER).get(person=landlord.person("bruno"))
    days = [bruno.first_day.isoformat(), bruno.last_day.isoformat()]
    assert gone == [iso(0), "Georges Petit", "Bruno Lefèvre", "gardiennage", bruno.place.name, *days]


def test_late_reviews_are_visible_to_inspector_and_dpo_only(landlord):
    run("UPDATE access_assignment SET first_day = loge_today() - 370 WHERE role = 'sector_manager'")
    inputs = "SELECT assignment FROM set_config('loge.person', %s, true), access_reviews()"
    for name, is_told in (("simone", True), ("ines", True), ("awa", False), ("elise", False)):
        assert bool(run(inputs, str(landlord.person(name).pk))) == is_told, name
