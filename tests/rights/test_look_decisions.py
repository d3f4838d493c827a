"""Two decisions change what an access report tells about an opening of a tenant's data.

Under legal secrecy, the report leaves the opening out for a time (a deferral). A second decision lets the report name
the employee who opened the data.
"""

import io
import json

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from access.compartments import Compartment
from rights.models import LookDeferral, NamedLook, SubjectRequest
from tests.builders import OWNER, events, leave_line, paris_day, run
from tests.database.test_policies import as_role
from tests.form_values import typed
from tests.rights.test_disclosure import PAIR, access_report, make_request, start_report, view_kinds


def open_account(landlord, sign_in) -> dict:
    """Open the account of Marie and Paul as the officer Élise. Returns the audit event of this opening."""
    sign_in("elise").get(f"/comptes/{landlord.account(PAIR).reference}/")
    return events(kind="account_opened")[-1]


def test_deferred_view_is_reported_only_after_its_day(landlord, sign_in):
    ines, paul, request = sign_in("ines"), sign_in("paul"), make_request(landlord)
    look = open_account(landlord, sign_in)["id"]
    page = f"/droits/reports/{look}/"

    def count_views() -> int:
        return view_kinds(access_report(ines, request)).count("account_opened")

    assert ines.post(page, {"ground": "judicial_inquiry", "until": typed(200)}).status_code == 200
    assert ines.post(page, {"ground": "curiosity", "until": typed(30)}).status_code == 200
    assert ines.post(page, {"ground": "judicial_inquiry", "until": typed(30)}).status_code == 302
    assert count_views() == 1, "a deferral takes two people"
    listed = paul.get("/reports/").content.decode()
    assert str(look)[:8] in listed and "Marie" not in listed and landlord.account(PAIR).reference not in listed
    assert ines.get("/reports/").status_code == paul.get(page).status_code == 403
    deferral = LookDeferral.objects.using(OWNER).get()
    assert paul.post("/reports/", {"agree": str(deferral.pk)}).status_code == 302
    assert count_views() == 0
    assert view_kinds(access_report(ines, make_request(landlord, PAIR, "Paul"))).count("account_opened") == 0
    assert paul.post("/reports/", {"agree": str(deferral.pk)}).status_code == 200
    for days, count in ((0, 0), (-1, 1)):
        LookDeferral.objects.using(OWNER).update(asked_on=paris_day(-30), until=paris_day(days))
        assert count_views() == count, days
    recorded = [
        (e["kind"], e["about_kind"], e["facts"].get("ground")) for e in events(kind__in=DEFERRED, outcome="changed")
    ]
    assert recorded == [("look_deferred", "event", "judicial_inquiry"), ("deferral_agreed", "event", None)]
    assert not set(DEFERRED) & set(view_kinds(access_report(ines, request)))
    call_command("expire_notes", stdout=io.StringIO())
    assert not LookDeferral.objects.using(OWNER).exists() and count_views() == 1


DEFERRED = ("look_deferred", "deferral_agreed")


def test_nobody_decides_on_a_deferral_of_their_own_view(landlord, sign_in):
    """Nobody may request or approve a deferral of their own view: it would omit the view from access reports for a
    time.

    The audit page of the DPO's own view must not offer the DPO a deferral.
    """
    ines, paul, account = sign_in("ines"), sign_in("paul"), landlord.account(PAIR)
    wanted, refused = {"ground": "judicial_inquiry", "until": typed(30)}, "Vous ne pouvez pas décider du report"
    hers, his, other = (
        leave_line("account_opened", landlord.person(name), account) for name in ("ines", "paul", "elise")
    )
    link = "couverte par le secret"
    assert link not in ines.get(f"/trace/{hers}/").content.decode()
    assert link in ines.get(f"/trace/{other}/").content.decode()
    assert refused in ines.post(f"/droits/reports/{hers}/", wanted).content.decode()
    assert not LookDeferral.objects.using(OWNER).exists()
    assert ines.post(f"/droits/reports/{his}/", wanted).status_code == 302
    deferral = LookDeferral.objects.using(OWNER).get()
    assert refused in paul.post("/reports/", {"agree": str(deferral.pk)}).content.decode()
    deferral.refresh_from_db()
    assert deferral.agreed_on is None and not events(kind__in=DEFERRED[1:], outcome="changed")
    assert [event["facts"]["look"] for event in events(kind="look_deferred", outcome="changed")] == [str(his)]


def test_database_refuses_deferrals_by_the_wrong_role(landlord):
    """The database must let only the DPO request a deferral, and only the data steward agree to the deferral. Both must
    act in their own name. Nobody may change or delete a request for a deferral."""
    ines, paul, jules = (landlord.person(name).pk for name in ("ines", "paul", "jules"))
    row = LookDeferral.objects.using(OWNER).create(
        event=paul, ground="judicial_inquiry", asked_by_id=ines, asked_on=paris_day(), until=paris_day(9)
    )
    agree = "UPDATE rights_lookdeferral SET agreed_by_id = %s, agreed_on = loge_today() RETURNING id"
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.DISCLOSURE, ines, agree, str(ines))
    for sql in ("UPDATE rights_lookdeferral SET until = until + 1", "DELETE FROM rights_lookdeferral"):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(Compartment.INTAKE, paul, sql)
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(Compartment.INTAKE, paul, agree, str(jules))
    assert as_role(Compartment.INTAKE, jules, agree, str(jules)) == []
    defer = "SELECT rights_request_deferral(%s, 'judicial_inquiry', loge_today() + 9)"
    assert as_role(Compartment.DISCLOSURE, jules, defer, str(paul)) == [(None,)]
    assert as_role(Compartment.INTAKE, paul, agree, str(paul)) == [(row.pk,)]


def test_employee_is_named_for_one_view_in_one_report_after_a_decision(landlord, sign_in):
    look, ines, request = open_account(landlord, sign_in), sign_in("ines"), make_request(landlord)
    other = sign_in("elise").get(f"/comptes/{landlord.account('Calme-Glycines A').reference}/")
    assert other.status_code == 200 and "Bernard" not in json.dumps(access_report(ines, request))
    number, page = str(look["id"])[:8], f"/droits/{request.pk}/"
    decision = {"name": "1", "number": number, "reason": "known_person", "weighed": "heard_outweighed"}
    elsewhere = str(events(kind="account_opened")[-1]["id"])[:8]
    for wrong in ({"weighed": ""}, {"reason": ""}, {"number": "0" * 8}, {"number": elsewhere}):
        assert ines.post(page, {**decision, **wrong}).status_code == 200, wrong
    assert not NamedLook.objects.using(OWNER).exists()
    assert ines.post(page, decision).status_code == 302
    report = access_report(ines, request)
    assert [view["name"] for view in report["looks"] if "name" in view] == ["Élise Bernard"]
    [event] = events(kind="look_named")
    assert (event["about"], event["facts"]["person"]) == (request.tenant_id, str(landlord.person("elise").pk))
    assert "Bernard" in ines.get(f"{start_report(ines, request)}/").content.decode()
    for another in (make_request(landlord), make_request(landlord, PAIR, "Paul")):
        assert "Bernard" not in json.dumps(access_report(ines, another), ensure_ascii=False)
    run("UPDATE rights_subjectrequest SET prepared_until = now() - interval '1 second'")
    assert ines.post(page, {**decision, "number": elsewhere}).status_code == 200
    closed = {"closed_on": paris_day(-1097), "closed_by": landlord.person("ines"), "answer": "given"}
    SubjectRequest.objects.using(OWNER).update(opened_on=paris_day(-1128), due_on=paris_day(-1098), **closed)
    call_command("expire_notes", stdout=io.StringIO())
    assert not NamedLook.objects.using(OWNER).exists() and not SubjectRequest.objects.using(OWNER).exists()


def test_report_lists_emergency_access_and_no_discreet_mark(landlord, sign_in):
    """An access report must list an emergency access, but not that a discreet mark was set on the same lease.

    A report that mentioned the mark would reveal that the household is discreet.
    """
    awa, ines, away = sign_in("awa"), sign_in("ines"), "Dette-Quai 9"
    awa.post("/urgence/", {"reference": landlord.account(away).reference, "reason": "water"})
    mark = {"first_day": typed(), "last_day": typed(90)}
    assert sign_in("fatou").post(f"/comptes/{landlord.account(away).reference}/discretion/", mark).status_code == 302
    reported = view_kinds(access_report(ines, make_request(landlord, away)))
    assert reported.count("emergency_opened") == 1 and not [kind for kind in reported if kind.startswith("discreet")]
