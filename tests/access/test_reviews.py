"""Access reviews: managers decide on unused assignments, and sign the list of their staff's access every year."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.utils import timezone

from access.compartments import Compartment as C
from access.grants.actions.reviews import answer_unused, sign_review
from access.models import Assignment, KeptRight, RightsReview
from access.reach import in_my_review, unused_for
from privacy.encryption.signing import is_signed
from tests.access.acting import acting
from tests.builders import OWNER, assign, events, paris_day, put_on_call, run
from tests.database.test_policies import as_role

UNUSED, CONFIRM, ALL = "/acces/inutilises/", "/acces/confirmer/", "/acces/revues/"


def old(landlord, name, role, place):
    """Create an assignment that was granted 300 days ago and never used."""
    given = assign(landlord.person(name), role, landlord.place(place), first=-300)
    run("UPDATE access_assignment SET given_at = now() - interval '300 days' WHERE id = %s", given.pk)
    return given


def look(person, role, days, place=None):
    """Insert an audit event of something that the person did in this role, `days` ago, at `place` if given.

    Access reviews find unused assignments by such events."""
    run(
        "INSERT INTO audit_event (id, at, kind, outcome, actor, machine, role, permission, purpose, route, about_kind,"
        " place, shown, count, facts) VALUES (gen_random_uuid(), now() - %s, 'list_shown', 'shown', %s, '', %s,"
        " 'residents_list', '', '', '', %s, '{}', 0, '{}')",
        timedelta(days=days),
        person.pk,
        role,
        place and place.pk,
    )


def proposed(landlord, by="georges"):
    with acting(landlord.person(by)):
        return in_my_review() & unused_for(90)


def test_an_assignment_unused_for_ninety_days_is_proposed(landlord):
    mine = old(landlord, "noel", "caretaker", "Glycines B")
    # This unused assignment is outside the sector of Georges (sector manager), so he must not review it.
    elsewhere = old(landlord, "lea", "caretaker", "Quai 9")
    assert mine.pk in proposed(landlord) and elsewhere.pk not in proposed(landlord)
    # Audit events of another role, place or person, or of 92 days ago, do not count as use of the assignment.
    look(landlord.person("noel"), "officer", 2)
    look(landlord.person("noel"), "caretaker", 2, landlord.place("Quai 9"))
    look(landlord.person("noel"), "caretaker", 92, landlord.place("Glycines B"))
    look(landlord.person("bruno"), "caretaker", 2, landlord.place("Glycines B"))
    assert mine.pk in proposed(landlord)
    # An audit event without a place counts as use of an assignment at any place.
    look(landlord.person("noel"), "caretaker", 80)
    assert mine.pk not in proposed(landlord)


def test_stand_ins_on_call_duty_and_new_or_future_assignments_are_not_proposed(landlord):
    stand_in = old(landlord, "noel", "caretaker", "Glycines B")
    run("UPDATE access_assignment SET reason = 'stand_in_absence' WHERE id = %s", stand_in.pk)
    duty = put_on_call(landlord.person("lea"), landlord.place("Secteur Glycines"), first=-100, last=3)
    # This assignment began 300 days ago, but was granted only today, so it is too new to count as unused.
    lately = assign(landlord.person("marc"), "caretaker", landlord.place("Glycines B"), first=-300)
    later = assign(landlord.person("jules"), "caretaker", landlord.place("Glycines B"), first=3)
    assert proposed(landlord).isdisjoint({stand_in.pk, duty.pk, lately.pk, later.pk})


def test_one_click_ends_and_a_reason_retains_for_ninety_days(landlord, sign_in):
    ended, other = old(landlord, "noel", "caretaker", "Glycines B"), old(landlord, "lea", "officer", "Secteur Glycines")
    client = sign_in("georges")
    page = client.get(UNUSED).content.decode()
    assert "Noël Caron" in page and "Léa Giraud" in page
    assert not re.search(r"\d+ (fois|consultations)", page)
    assert client.post(f"{UNUSED}{ended.pk}/", {"act": "end"}).status_code == 302
    stood = Assignment.objects.using(OWNER).get(pk=ended.pk)
    assert (stood.ended_on, stood.end_reason, stood.ended_by) == (paris_day(), "unused", landlord.person("georges"))
    assert client.post(f"{UNUSED}{other.pk}/", {"act": "keep", "reason": "curiosity"}).status_code == 200
    assert client.post(f"{UNUSED}{other.pk}/", {"act": "keep", "reason": "rare"}).status_code == 302
    [event] = events(kind="right_kept")
    assert event["facts"] == {"assignment": str(other.pk), "reason": "rare"}
    assert proposed(landlord) == set()
    # Georges (sector manager) has just decided to keep the assignment, so for ninety days he may not end it as unused.
    assert client.post(f"{UNUSED}{other.pk}/", {"act": "end"}).status_code == 200
    run("UPDATE access_keptright SET kept_on = loge_today() - 89")
    assert proposed(landlord) == set()
    run("UPDATE access_keptright SET kept_on = loge_today() - 90")
    assert proposed(landlord) == {other.pk}


def test_only_the_manager_ends_or_retains_and_only_proposed_assignments(landlord, sign_in):
    unused, titular = old(landlord, "noel", "caretaker", "Glycines B"), landlord.person("bruno")
    for name in ("awa", "elise", "ines", "paola"):
        assert sign_in(name).post(f"{UNUSED}{unused.pk}/", {"act": "end"}).status_code == 403
    with pytest.raises(ValidationError, match="n’est plus à examiner"), acting(landlord.person("jules")):
        # Jules is an administrator. Only a manager may end or keep an unused assignment.
        answer_unused(by=landlord.person("jules"), assignment=unused)
    georges = landlord.person("georges").pk
    end = "UPDATE access_assignment SET ended_on = loge_today(), end_reason = %s, ended_by_id = %s WHERE person_id = %s"
    with pytest.raises(DatabaseError, match="not in ones part"):
        as_role(C.ASSIGNMENTS, georges, end, "error", georges, titular.pk)
    # Georges (sector manager) may not end assignments of people who work outside his sector.
    for who in ("denis", "elise"):
        with pytest.raises(DatabaseError, match="not in ones part"):
            as_role(C.ASSIGNMENTS, georges, end, "not_confirmed", georges, landlord.person(who).pk)
    keep = (
        "INSERT INTO access_keptright (id, assignment_id, kept_by_id, kept_on, reason)"
        " VALUES (gen_random_uuid(), %s, %s, loge_today(), 'rare')"
    )
    other = old(landlord, "lea", "caretaker", "Quai 9")
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(C.ASSIGNMENTS, georges, keep, other.pk, georges)
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(C.ASSIGNMENTS, georges, "UPDATE access_keptright SET reason = 'soon'")
    assert KeptRight.objects.using(OWNER).count() == 0


def listed(landlord, by):
    with acting(landlord.person(by)):
        names = dict(run("SELECT id, person_id FROM access_assignment"))
        return {names[pk] for pk in in_my_review()}


def test_each_assignment_is_on_one_managers_list_and_never_on_its_own_persons(landlord):
    georges, jules = listed(landlord, "georges"), listed(landlord, "jules")
    people = {
        name: landlord.person(name).pk
        for name in ("awa", "bruno", "yann", "georges", "elise", "helene", "ines", "jules")
    }
    assert georges == {people["awa"], people["bruno"], people["yann"]}
    assert people["jules"] not in jules and georges.isdisjoint(jules)
    assert {people[name] for name in ("georges", "elise", "helene", "ines")} <= jules
    assert listed(landlord, "awa") == set()


def answers(landlord, **ended):
    rows = Assignment.objects.using(OWNER).filter(pk__in=_list_of(landlord, "georges"))
    return {row.pk: "end" if row.person.name.split()[0].lower() in ended else "keep" for row in rows}


def _list_of(landlord, by):
    with acting(landlord.person(by)):
        return in_my_review()


def test_a_list_is_signed_once_with_its_ends_and_cannot_be_changed(landlord, sign_in):
    client, given = sign_in("georges"), answers(landlord, bruno=True)
    assert "Bruno Lefèvre" in client.get(CONFIRM).content.decode()
    half = dict(list(given.items())[:1])
    assert client.post(CONFIRM, {str(pk): answer for pk, answer in half.items()}).status_code == 200
    assert RightsReview.objects.using(OWNER).count() == 0
    assert client.post(CONFIRM, {str(pk): answer for pk, answer in given.items()}).status_code == 302
    review = RightsReview.objects.using(OWNER).get()
    assert is_signed(review.statement, review.key_id, review.signature) and review.ended == 1
    assert {r["person"]: r["answer"] for r in review.statement["rights"]} == {
        "Awa Diakité": "keep",
        "Bruno Lefèvre": "end",
        "Yann Le Goff": "keep",
    }
    bruno = Assignment.objects.using(OWNER).get(person=landlord.person("bruno"))
    assert (bruno.end_reason, bruno.ended_on) == ("not_confirmed", paris_day())
    assert sign_in("bruno").get("/immeubles/").status_code == 403
    [event] = events(kind="rights_reviewed")
    assert event["facts"] == {"review": str(review.pk), "kept": 2, "ended": 1}
    for change in ("UPDATE access_rightsreview SET signed_on = signed_on - 1", "DELETE FROM access_rightsreview"):
        with pytest.raises(DatabaseError, match="access_rightsreview keeps its rows"):
            run(change)
    # The database refuses a signed review whose statement differs from the statement that the database computes.
    made_up = (
        "INSERT INTO access_rightsreview (id, signed_by_id, signed_on, statement, key_id, signature)"
        " VALUES (gen_random_uuid(), %s, loge_today(), access_review_statement() || '{\"rights\": []}', 'k', 's')"
    )
    georges = landlord.person("georges").pk
    with pytest.raises(DatabaseError, match="signed as listed"):
        as_role(C.ASSIGNMENTS, georges, made_up, georges)


def test_a_changed_list_must_be_read_again(landlord):
    georges, given = landlord.person("georges"), answers(landlord)
    assign(landlord.person("noel"), "caretaker", landlord.place("Glycines B"))
    with pytest.raises(ValidationError, match="a changé"), acting(georges):
        sign_review(by=georges, answers=given)


def test_a_list_can_be_signed_again_on_the_day_it_ended_something(landlord):
    georges = landlord.person("georges")
    for ended in ({"bruno": True}, {}):
        given = answers(landlord, **ended)
        with acting(georges):
            sign_review(by=georges, answers=given)
    assert [review.ended for review in RightsReview.objects.using(OWNER).order_by("pk")] == [1, 1]


def test_an_assignment_granted_during_signing_aborts_it(landlord, monkeypatch):
    georges, given = landlord.person("georges"), answers(landlord)

    def meanwhile():
        listed = in_my_review()
        assign(landlord.person("noel"), "caretaker", landlord.place("Glycines B"))
        return listed

    monkeypatch.setattr("access.grants.actions.reviews.in_my_review", meanwhile)
    with pytest.raises(ValidationError, match="a changé"), acting(georges):
        sign_review(by=georges, answers=given)
    assert not RightsReview.objects.using(OWNER).exists()


def test_overdue_reviews_and_signed_lists_are_shown_to_supervisors(landlord, sign_in):
    georges, jules, ines = sign_in("georges"), sign_in("jules"), sign_in("ines")
    roles = "role IN ('sector_manager', 'access_administrator')"
    run(f"UPDATE access_assignment SET first_day = loge_today() - 364 WHERE {roles}")
    assert "pas signée à temps" not in ines.get(ALL).content.decode()
    run("UPDATE access_assignment SET first_day = loge_today() - 366 WHERE role = 'sector_manager'")
    for client, path in ((ines, ALL), (jules, ALL), (ines, "/trace/"), (jules, "/acces/personnes/")):
        assert "1 revue des droits n’est pas signée à temps" in client.get(path).content.decode(), path
    assert "en retard" in georges.get(CONFIRM).content.decode()
    georges.post(CONFIRM, {str(pk): answer for pk, answer in answers(landlord).items()})
    assert "pas signée à temps" not in ines.get(ALL).content.decode()
    review = RightsReview.objects.using(OWNER).get()
    page = ines.get(f"{ALL}{review.pk}/").content.decode()
    assert "Georges Petit" in page and "Signature vérifiée" in page and "Awa Diakité" in page
    assert events(kind="rights_review_shown")[0]["about"] == review.pk
    assert georges.get(f"{ALL}{review.pk}/").status_code == 403
    # A new manager must sign within a year after the last signed review of the same sector.
    assign(landlord.person("lea"), "sector_manager", landlord.place("Secteur Glycines"), first=0)
    assert f"{timezone.now() + timedelta(days=365):%Y}" in sign_in("lea").get(CONFIRM).content.decode()


def test_a_manager_without_staff_signs_an_empty_list(landlord, sign_in):
    """A manager without staff must sign the yearly review as well. A signed review is no longer overdue."""
    georges, ines = sign_in("georges"), sign_in("ines")
    run("UPDATE access_assignment SET first_day = loge_today() - 366 WHERE role = 'sector_manager'")
    run(
        "UPDATE access_assignment SET ended_on = loge_today() - 1, end_reason = 'transfer' WHERE person_id = ANY (%s)",
        [landlord.person(name).pk for name in ("awa", "bruno", "yann")],
    )
    page = georges.get(CONFIRM).content.decode()
    assert "en retard" in page and "Signer la liste vide" in page
    assert "1 revue des droits n’est pas signée à temps" in ines.get(ALL).content.decode()
    assert georges.post(CONFIRM).status_code == 302
    review = RightsReview.objects.using(OWNER).get()
    assert review.statement["rights"] == [] and is_signed(review.statement, review.key_id, review.signature)
    assert [place["role"] for place in review.statement["places"]] == ["sector_manager"]
    assert "en retard" not in georges.get(CONFIRM).content.decode()
    assert "pas signée à temps" not in ines.get(ALL).content.decode()
    assert "Georges Petit" in ines.get(f"{ALL}{review.pk}/").content.decode()
    with pytest.raises(ValidationError, match="Vous n’êtes responsable d’aucun lieu"), acting(landlord.person("ines")):
        sign_review(by=landlord.person("ines"), answers={})
    assert RightsReview.objects.using(OWNER).count() == 1


def test_places_of_a_review_are_looked_up_in_an_index(landlord):
    """To list what a manager confirms, PostgreSQL must not read the assignments of all other managers' places."""
    [(body,)] = run("SELECT prosrc FROM pg_proc WHERE proname = 'access_review_list'")
    plan = "\n".join(line for (line,) in run(f"SET LOCAL enable_seqscan = off; EXPLAIN {body}"))
    assert "path)::text >= " in plan, plan
