"""The list of subject requests is divided into pages, filtered and sorted; its export has numbers instead of names."""

import pytest

from rights.models import SubjectRequest
from rights.request_list import COLUMNS
from tests.builders import OWNER, events, make_demand, paris_day
from tests.ledger.test_exports import cells, table

URL, EXPORT = "/droits/", "/droits/export/"
NAMES = ("Calme-Glycines A", "Dette-Glycines A", "Calme-Glycines B")


@pytest.fixture
def demands(landlord):
    ines = landlord.person("ines")
    made = [make_demand(ines, landlord.tenant(name), asked=-50 + 20 * n) for n, name in enumerate(NAMES)]
    closed = {"closed_on": paris_day(), "closed_by": ines, "answer": "given"}
    SubjectRequest.objects.using(OWNER).filter(pk=made[1].pk).update(**closed)
    return made


def listed(client, query: str = "") -> list:
    return [line.subject_request.pk for line in client.get(f"{URL}?{query}").context["lines"]]


@pytest.mark.parametrize("code", [column.code for column in COLUMNS])
def test_pages_of_the_sorted_list_contain_each_request_once(demands, sign_in, monkeypatch, code):
    ines = sign_in("ines")
    whole = listed(ines, f"tri={code}")
    assert set(whole) == {demand.pk for demand in demands} and listed(ines, f"tri=-{code}") == whole[::-1]
    monkeypatch.setattr("rights.views.subject_requests.A_PAGE", 2)
    assert [pk for page in (1, 2) for pk in listed(ines, f"tri={code}&page={page}")] == whole
    assert len(events(kind="list_shown")[-1]["shown_ids"]) == 1


def test_list_is_sorted_by_name(demands, sign_in):
    names = [line.name for line in sign_in("ines").get(f"{URL}?tri=personne").context["lines"]]
    assert names == sorted(names) and len(set(names)) == 3


def test_list_is_filtered_by_state_right_and_day(demands, sign_in):
    ines, (late, closed, open_now) = sign_in("ines"), [demand.pk for demand in demands]
    assert listed(ines, "etat=retard") == [late] and listed(ines, "etat=closes") == [closed]
    assert set(listed(ines, "etat=attente")) == {late, open_now} and listed(ines, "etat=prolongees") == []
    assert listed(ines, "droit=erasure") == [] and len(listed(ines, "droit=access")) == 3
    assert listed(ines, f"du={paris_day(-11):%d/%m/%Y}") == [open_now]
    assert events(kind="list_shown")[-1]["facts"] == {"list": "subject_requests", "filters": "days"}
    page = ines.get(f"{URL}?etat=peut-etre").content.decode()
    assert "La liste n’est pas filtrée" in page and "1 demande a dépassé" in page


@pytest.mark.parametrize("query", ["", "tri=-personne", "etat=closes"])
def test_export_equals_the_list_without_names(demands, landlord, sign_in, query):
    ines = sign_in("ines")
    listed_ids = listed(ines, query)
    answer = ines.get(f"{EXPORT}?{query}")
    assert [row[0] for row in cells(answer)[1:]] == [str(pk)[:8] for pk in listed_ids] != []
    assert "Glycines" not in answer.content.decode()
    event = events(kind="export_taken")[-1]
    assert event["count"] == len(listed_ids) and len(event["shown_ids"]) == len(listed_ids)
    assert len(table(ines.get(f"{EXPORT}?{query}&fichier=xlsx"))) == len(listed_ids) + 1
    assert ines.get(f"{EXPORT}?etat=x").url == f"{URL}?etat=x"


def test_filters_are_hidden_while_the_unfiltered_list_is_empty(landlord, sign_in):
    ines = sign_in("ines")
    assert "Filtrer la liste" not in ines.get("/droits/").content.decode()
    assert "Filtrer la liste" in ines.get("/droits/?etat=closes").content.decode()
    assert "Filtrer la liste" in ines.get("/droits/?du=jamais").content.decode()
