"""The home page and the page about a person's own access show the person's next on-call duties, with their hours."""

from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from access.grants.hours import Hours
from access.grants.own_duties import MOST, next_duties
from access.guard.context import AccessContext
from access.models import Assignment
from tests.builders import OWNER, assign, paris_day, put_on_call
from tests.clock import PARIS

MINE = "/acces/moi/"
NIGHTLY = Hours(time(20), time(7), nightly=True)


def duties_of(person, at: datetime):
    day = at.astimezone(PARIS).date()
    return next_duties(cast(AccessContext, SimpleNamespace(person=person, day=day, at=at.astimezone(UTC))))


def noon(days: int = 0) -> datetime:
    return datetime.combine(paris_day(days), time(12), PARIS)


def test_each_night_is_a_duty_until_the_assignment_ends(landlord):
    noel, sector = landlord.person("noel"), landlord.place("Secteur Glycines")
    duty = put_on_call(noel, sector, first=1, last=3, hours=NIGHTLY)
    nights = duties_of(noel, noon())
    assert [(night.begins.astimezone(PARIS).hour, night.ends.astimezone(PARIS).hour) for night in nights] == [
        (20, 7)
    ] * 2
    assert all(night.place == sector and night.is_overnight for night in nights)
    # A night on call is still listed while it lasts, and no longer after its last hour.
    assert len(duties_of(noel, noon(2) - timedelta(hours=6))) == 2 and len(duties_of(noel, noon(2))) == 1
    Assignment.objects.using(OWNER).filter(pk=duty.pk).update(ended_on=paris_day(2), end_reason="mission_over")
    [cut] = duties_of(noel, noon())
    assert cut.ends.astimezone(PARIS) == datetime.combine(paris_day(2), time(), PARIS)


def test_only_the_own_next_duties_are_listed(landlord):
    noel, sector = landlord.person("noel"), landlord.place("Secteur Glycines")
    put_on_call(landlord.person("bruno"), sector, first=1, last=2)
    assign(noel, "caretaker", landlord.place("Glycines A"))
    assert duties_of(noel, noon()) == []
    put_on_call(noel, sector, first=1, last=20, hours=NIGHTLY)
    assert len(duties_of(noel, noon())) == MOST


@pytest.mark.parametrize(
    ("who", "path"),
    [("noel", "/"), ("noel", MINE), ("awa", "/immeubles/"), ("elise", "/journee/"), ("yann", "/evacuations/")],
)
def test_day_page_and_own_assignments_show_the_next_duty(landlord, sign_in, who, path):
    client = sign_in(who)
    if who != "yann":
        assert "Mes prochaines astreintes" not in client.get(path).content.decode()
        put_on_call(landlord.person(who), landlord.place("Secteur Glycines"), first=1, last=2, hours=NIGHTLY)
    body = client.get(path).content.decode()
    section = body[body.index("Mes prochaines astreintes") :]
    assert "Secteur Glycines" in section and (who == "yann" or ("20:00 → " in section and "7:00</p>" in section))


def test_duty_of_another_day_opens_nothing(landlord, sign_in):
    put_on_call(landlord.person("noel"), landlord.place("Secteur Glycines"), first=1, last=2, hours=NIGHTLY)
    assert sign_in("noel").get("/evacuations/").status_code == 403
