"""An access report must contain nothing about other people: guarantors, heirs, other residents, former holders."""

from datetime import date

import pytest

from ledger.models import BankDetail
from tenants.models import HelpCode, Identity, Representative, Tenant
from tenants.models.lease import Capacity, LeaseParty
from tests.builders import (
    OWNER,
    leave_line,
    let,
    make_demand,
    make_tenant,
    make_unit,
    note,
    paris_day,
    post,
    run,
    settle_in,
    write_note,
)
from tests.rights.test_disclosure import PAIR, access_report, rows_of_section, tenant, view_kinds, without_times

THIRD_PARTIES = ("Garantelle", "Succédelle", "Hébergelle")
# Personal data of other people, from names to an amount of money. Marie's report must contain none of them.
FORBIDDEN = (*THIRD_PARTIES, "Paul", "+33639980077", "Odile Tierce", "2606", "1949-05-06", "RENDEZ", "77777")


def add_party(account, who: Tenant, capacity: str = Capacity.HOLDER, first: int = -400) -> None:
    where = {"lease_id": account.lease_id, "building_id": account.building_id, "name_key": who.name_key}
    LeaseParty(tenant=who, capacity=capacity, first_day=paris_day(first), **where).save(using=OWNER)


def add_resident(account, who: Tenant, like) -> None:
    home = settle_in(who, account.lease, like.unit, -300)
    note(home, "visit_in_pairs", informed=0, date=paris_day().isoformat(), until=paris_day(20).isoformat())


def record_personal_data(landlord, who: Tenant) -> None:
    """Store all kinds of personal data about a tenant, and an audit event: an officer opened the tenant's identity."""
    Identity.objects.using(OWNER).create(tenant=who, birth_date=date(1949, 5, 6))
    bank = {"iban": "FR1420041010050500013M02606", "holder": "Odile Tierce", "set_on": paris_day()}
    BankDetail(tenant=who, **bank).save(using=OWNER)
    days = {"asked_on": paris_day(), "renew_by": paris_day(300)}
    HelpCode.objects.using(OWNER).create(tenant=who, code="give_time", **days)
    Representative.objects.using(OWNER).create(tenant=who, name="Odile Tierce", first_day=paris_day())
    leave_line("identity_opened", landlord.person("elise"), who, permission="identity_view", outcome="shown")


@pytest.fixture
def before(landlord, sign_in):
    """Return an access report for Marie and the request that it answers.

    Marie shared her lease only with Paul, who has left. The fixture `third_parties` then adds other people to the
    lease, and tests prepare a second report for the same request.
    """
    request = make_demand(landlord.person("ines"), tenant(landlord, PAIR, "Marie"))
    end_pauls_part(landlord)
    return access_report(sign_in("ines"), request), request


def end_pauls_part(landlord) -> None:
    """Store that Paul left the lease that he shared with Marie, and moved out, forty days ago."""
    paul = tenant(landlord, PAIR, "Paul").pk
    run("UPDATE tenants_leaseparty SET last_day = loge_today() - 40 WHERE tenant_id = %s", paul)
    run("UPDATE tenants_residence SET moved_out = loge_today() - 40 WHERE tenant_id = %s", paul)


@pytest.fixture
def third_parties(landlord, before) -> dict[str, Tenant]:
    """Add a guarantor, an heir and a resident to Marie's lease, and a new lease of Paul's. Returns these people."""
    account, home = landlord.account(PAIR), landlord.residence(PAIR)
    third = {name: make_tenant(name, "Ida", phone="+33639980077") for name in THIRD_PARTIES}
    add_party(account, third["Garantelle"], Capacity.GUARANTOR)
    add_party(account, third["Succédelle"], first=-39)
    add_resident(account, third["Hébergelle"], home)
    third["Paul"] = tenant(landlord, PAIR, "Paul")
    elsewhere = let(make_unit(landlord.building("Glycines B"), "31", 3), third["Paul"], start=-39)
    post(elsewhere, 77_777)
    write_note(elsewhere, "RENDEZ-vous le 5 pour le second versement.")
    note(elsewhere, "payment_difficulty", offer="instalments", date=paris_day().isoformat())
    leave_line("account_opened", landlord.person("elise"), elsewhere)
    for who in third.values():
        record_personal_data(landlord, who)
    return third


def test_report_is_unchanged_by_other_people_around_the_lease(landlord, sign_in, before, third_parties):
    first, request = before
    second = access_report(sign_in("ines"), request)
    assert second["held"] == first["held"] and len(second["held"]) > 10
    assert second["looks"][: len(first["looks"])] == first["looks"]
    assert set(view_kinds(second)[len(first["looks"]) :]) <= {"disclosure_shown", "disclosure_prepared"}
    assert [word for word in FORBIDDEN if word in without_times(second)] == []


def test_reports_of_the_others_are_limited_to_their_own_days(landlord, sign_in, third_parties):
    """The report of a guarantor, and of a resident who does not hold the lease, must contain no account.

    An heir's report must contain only what came after the succession, and a former holder's only what came before
    leaving.
    """
    write_note(landlord.account(PAIR), "Rappelle le 5 pour le second versement.", written=-60)
    ines, entries = sign_in("ines"), {}
    for name, who in third_parties.items():
        report = access_report(ines, make_demand(landlord.person("ines"), who))
        report_text = without_times(report)
        others = [other for other in (*THIRD_PARTIES, "Marie", "Paul") if other != name]
        assert [word for word in others if word in report_text] == [], name
        assert "second versement" not in report_text or name == "Paul"
        entries[name] = [len(rows_of_section(report, code)) for code in ("accounts", "entries", "notes")]
    assert entries == {"Garantelle": [0, 0, 0], "Succédelle": [1, 1, 0], "Hébergelle": [0, 0, 0], "Paul": [2, 3, 2]}


def test_comparison_detects_a_scope_that_is_too_wide(landlord, sign_in, before, third_parties):
    """Remove from the SQL function of access reports the condition that limits a report to the person's own accounts.
    Marie's report must then list the opening of Paul's later account. This proves that the tests detect a missing
    condition."""
    first, request = before
    [(body,)] = run("SELECT pg_get_functiondef('rights_spans_of'::regproc)")
    condition = "p.tenant_id = whose"
    assert body.count(condition) == 1
    run(body.replace(condition, "whose IS NOT NULL"))
    assert "account_opened" in view_kinds(
        access_report(sign_in("ines"), request)
    ) and "account_opened" not in view_kinds(first)
