"""The API of the allocation manager: fragile residences, and how many rows went to the national register."""

from typing import Any
from uuid import uuid4

import pytest

from allocations.models import FragileResidence, RegistryRun
from tests.access.programs import made, program, two_administrators
from tests.allocations.api_client import done, fetch, pointers, refused, send
from tests.allocations.builders import make_application, make_fragile
from tests.builders import OWNER, events, paris_day, run

pytestmark = pytest.mark.usefixtures("unkept")


@pytest.fixture
def rosa(sign_in):
    return sign_in("rosa")


def residence(landlord: Any, **more: object) -> dict[str, object]:
    body = {"building": str(landlord.building("Glycines B").pk), "source_number": "2025-12"}
    return body | {"source_date": paris_day(-30).isoformat(), "first_day": paris_day().isoformat()} | more


# --- Fragile residences ----------------------------------------------------------------------------------------------


def test_manager_names_a_residence_reads_the_list_and_ends_the_row(landlord, rosa):
    assert fetch(rosa, "fragile-residences/") == {"results": [], "next": None}
    key = uuid4()
    first, again = (send(rosa, "fragile-residences/name/", residence(landlord), key) for _time in range(2))
    pk = done(first)
    assert first.status_code == 201 and again.content == first.content
    refused(send(rosa, "fragile-residences/name/", residence(landlord)), "already")
    [row] = fetch(rosa, "fragile-residences/")["results"]
    assert row["building"]["id"] == str(landlord.building("Glycines B").pk)
    assert (row["id"], row["source_number"], row["last_day"]) == (pk, "2025-12", None)
    end = f"fragile-residences/{pk}/end/"
    assert pointers(send(rosa, end, {"last_day": paris_day(-1).isoformat()})) == {"/last_day"}
    done(send(rosa, end, {"last_day": paris_day(9).isoformat()}))
    refused(send(rosa, end, {"last_day": paris_day(9).isoformat()}), "already")
    assert fetch(rosa, "fragile-residences/")["results"][0]["last_day"] == paris_day(9).isoformat()
    for kind in ("fragile_residence_named", "fragile_residence_ended"):
        assert len(events(kind=kind, outcome="changed")) == 1


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"building": str(uuid4())}, "/building"),
        ({"source_number": "on dit"}, "/source_number"),
        ({"source_number": ""}, "/source_number"),
        ({"source_date": "1/12/2025"}, "/source_date"),
        ({"first_day": None}, "/first_day"),
        ({"last_day": "2026-12-01"}, "/last_day"),
    ],
)
def test_wrong_values_are_refused_where_they_stand(landlord, rosa, values, pointer):
    assert pointers(send(rosa, "fragile-residences/name/", residence(landlord, **values))) == {pointer}
    assert not FragileResidence.objects.using(OWNER).exists()


def test_residences_follow_each_other_from_page_to_page(landlord, rosa):
    for first, name in enumerate(("Glycines A", "Glycines B", "Quai 9")):
        make_fragile(landlord.building(name), first)
    found, path = [], "fragile-residences/?limit=2&order=-first_day"
    page = fetch(rosa, path)
    found += page["results"]
    found += fetch(rosa, f"{path}&cursor={page['next']}")["results"]
    assert [row["first_day"] for row in found] == [paris_day(day).isoformat() for day in (2, 1, 0)]


def test_residences_are_for_the_manager_alone(landlord, sign_in):
    row = make_fragile(landlord.building("Glycines A"))
    for who in ("aline", "camille", "nadia", "jules"):
        client = sign_in(who)
        assert client.get("/api/v1/fragile-residences/").status_code == 403
        refused(send(client, f"fragile-residences/{row.pk}/end/", {"last_day": paris_day().isoformat()}), "forbidden")
    assert FragileResidence.objects.using(OWNER).get().last_day is None


# --- The national register -------------------------------------------------------------------------------------------


def test_registry_has_counts_and_no_row(landlord, rosa):
    application = make_application(landlord.place("Agence Belleville"), "Vidal")
    run(
        "UPDATE allocations_application SET state = 'closed', closed_on = loge_today(), closing_motive = 'renounced'"
        " WHERE id = %s",
        application.pk,
    )
    digest = "0123456789abcdef" * 4
    RegistryRun(number=7, made_on=paris_day(-1), rows=12, digest=digest).save(using=OWNER, force_insert=True)
    state = fetch(rosa, "registry-runs/")
    [sent] = state.pop("runs")
    assert sent == {"number": 7, "made_on": paris_day(-1).isoformat(), "rows": 12, "digest": digest[:16]}
    assert state["recipient_known"] is False
    assert state["waiting"] == 1 and application.number not in str(state)


def test_program_may_watch_the_registry(landlord):
    values = {"permissions": ("quotas_read",), "role": "allocation_manager", "place": "Office des Trois-Rives"}
    _token, secret = made(landlord, two_administrators(landlord), **values)
    assert fetch(program(secret), "registry-runs/")["waiting"] == 0
