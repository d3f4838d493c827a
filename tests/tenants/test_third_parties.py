"""In a person's receipt nothing of those around: who guarantees, inherits, lives there, or left for another lease."""

from datetime import date

import pytest

from tenants.models import BankDetail, HelpCode, Identity, Representative, Tenant
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
from tests.tenants.test_disclosure import PAIR, kinds, part, plain, receipt, tenant

THIRD = ("Garantelle", "Succédelle", "Hébergelle")
# What of them may stand nowhere: names, telephone, who represents them, bank, birth, help, their own lease.
OF_THEM = (*THIRD, "Paul", "+33639980077", "Odile Tierce", "2606", "1949-05-06", "RENDEZ", "77777")


def party(account, who: Tenant, capacity: str = Capacity.HOLDER, first: int = -400) -> None:
    where = {"lease_id": account.lease_id, "building_id": account.building_id, "name_key": who.name_key}
    LeaseParty(tenant=who, capacity=capacity, first_day=paris_day(first), **where).save(using=OWNER)


def live(account, who: Tenant, like) -> None:
    home = settle_in(who, account.lease, like.unit, -300)
    note(home, "visit_in_pairs", told=0, date=paris_day().isoformat(), until=paris_day(20).isoformat())


def known(house, who: Tenant) -> None:
    """What the house holds of each of them, and looks at it."""
    Identity.objects.using(OWNER).create(tenant=who, birth_date=date(1949, 5, 6))
    bank = {"iban": "FR1420041010050500013M02606", "holder": "Odile Tierce", "set_on": paris_day()}
    BankDetail(tenant=who, **bank).save(using=OWNER)
    days = {"asked_on": paris_day(), "renew_by": paris_day(300)}
    HelpCode.objects.using(OWNER).create(tenant=who, code="give_time", **days)
    Representative.objects.using(OWNER).create(tenant=who, name="Odile Tierce", first_day=paris_day())
    leave_line("identity_opened", house.person("elise"), who, permission="identity_view", outcome="shown")


@pytest.fixture
def before(house, sign_in):
    """Marie's receipt, when she was alone with somebody who left; and her demand, to be taken up again."""
    asked = make_demand(house.person("ines"), tenant(house, PAIR, "Marie"))
    leaves(house)
    return receipt(sign_in("ines"), asked), asked


def leaves(house) -> None:
    """Paul, forty days ago."""
    paul = tenant(house, PAIR, "Paul").pk
    run("UPDATE tenants_leaseparty SET last_day = loge_today() - 40 WHERE tenant_id = %s", paul)
    run("UPDATE tenants_residence SET moved_out = loge_today() - 40 WHERE tenant_id = %s", paul)


@pytest.fixture
def around(house, before) -> dict[str, Tenant]:
    account, home = house.account(PAIR), house.residence(PAIR)
    third = {name: make_tenant(name, "Ida", phone="+33639980077") for name in THIRD}
    party(account, third["Garantelle"], Capacity.GUARANTOR)
    party(account, third["Succédelle"], first=-39)
    live(account, third["Hébergelle"], home)
    third["Paul"] = tenant(house, PAIR, "Paul")
    elsewhere = let(make_unit(house.building("Glycines B"), "31", 3), third["Paul"], start=-39)
    post(elsewhere, 77_777)
    write_note(elsewhere, "RENDEZ-vous le 5 pour le second versement.")
    note(elsewhere, "payment_difficulty", offer="instalments", date=paris_day().isoformat())
    leave_line("account_opened", house.person("elise"), elsewhere)
    for who in third.values():
        known(house, who)
    return third


def test_her_receipt_is_the_same_with_all_of_them_around(house, sign_in, before, around):
    first, asked = before
    second = receipt(sign_in("ines"), asked)
    assert second["held"] == first["held"] and len(second["held"]) > 10
    assert second["looks"][: len(first["looks"])] == first["looks"]
    assert set(kinds(second)[len(first["looks"]) :]) <= {"disclosure_shown", "disclosure_prepared"}
    assert [word for word in OF_THEM if word in plain(second)] == []


def test_none_of_theirs_speaks_of_her_or_of_days_that_were_not_theirs(house, sign_in, around):
    """A guarantor and who merely lives there read no account; an heir what came since; who left, until then."""
    write_note(house.account(PAIR), "Rappelle le 5 pour le second versement.", written=-60)
    ines, entries = sign_in("ines"), {}
    for name, who in around.items():
        said = receipt(ines, make_demand(house.person("ines"), who))
        told = plain(said)
        others = [one for one in (*THIRD, "Marie", "Paul") if one != name]
        assert [word for word in others if word in told] == [], name
        assert "second versement" not in told or name == "Paul"
        entries[name] = [len(part(said, one)) for one in ("accounts", "entries", "notes")]
    assert entries == {"Garantelle": [0, 0, 0], "Succédelle": [1, 1, 0], "Hébergelle": [0, 0, 0], "Paul": [2, 3, 2]}


def test_a_function_too_wide_would_be_found(house, sign_in, before, around):
    """The comparison sees: with the accounts of everybody, a look at Paul's later one is among hers."""
    first, asked = before
    [(body,)] = run("SELECT pg_get_functiondef('tenants_spans_of'::regproc)")
    right = "p.tenant_id = whose"
    assert body.count(right) == 1
    run(body.replace(right, "whose IS NOT NULL"))
    assert "account_opened" in kinds(receipt(sign_in("ines"), asked)) and "account_opened" not in kinds(first)
