"""An employee saves the filter of a list of accounts under a name, applies it in one click, renames and deletes it."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from threading import Barrier

import pytest
from django.db import DatabaseError, connections
from django.test import Client
from django.urls import reverse

from access.compartments import Compartment
from ledger.models import AccountList, SavedFilter
from ledger.models.saved_filter import LONGEST_NAME, MOST
from tests.builders import OWNER, events, run
from tests.database.test_policies import as_role
from tests.text_inputs.test_write_paths import SENTENCE

NAME = "Bâtiment A, plus de 3 mois"
PAGE = "/comptes/filtres/tous/"


@pytest.fixture
def elise(sign_in):
    return sign_in("elise")


def code(landlord, building: str = "Glycines A") -> str:
    return landlord.place(building).code


def saved(person=None) -> list[SavedFilter]:
    rows = SavedFilter.objects.using(OWNER).order_by("name")
    return list(rows.filter(person=person) if person else rows)


def keep(client, name: str = NAME, page: str = PAGE, **filters: str):
    return client.post(page, {"name": name, "save": "1", **(filters or {"mois": "3"})})


def text_of(answer) -> str:
    return unescape(answer.content.decode()).replace("\u00a0", " ").replace("\u202f", " ")


def links_of(answer) -> dict[str, str]:
    """Return the saved filters that a list shows, each with its address."""
    section = text_of(answer).partition("saved-filters")[2].partition("</nav>")[0]
    return {name: url for url, name in re.findall(r'class="button quiet small" href="([^"]+)"[^>]*>([^<]+)<', section)}


# --- Use -------------------------------------------------------------------------------------------------------------


def test_filter_is_saved_and_applied_in_one_click(landlord, elise):
    filtered = f"/comptes/?batiment={code(landlord)}&solde=du&minimum=1+051%2C80&maximum=&mois=1"
    page = text_of(elise.get(filtered))
    link = re.search(rf'href="({PAGE}\?[^"]+)">Enregistrer ce filtre', page)
    assert link and "Enregistrer ce filtre" not in text_of(elise.get("/comptes/"))
    form = text_of(elise.get(link[1]))
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    sent.pop("csrfmiddlewaretoken", None)
    answer = elise.post(PAGE, {**sent, "name": NAME, "save": "1"})
    assert answer.status_code == 302 and answer["Location"].startswith("/comptes/?batiment=")
    [row] = saved()
    assert (row.place, row.state, row.at_least, row.at_most, row.months) == (
        landlord.place("Glycines A"), "du", 105_180, None, 1
    )  # fmt: skip
    listing = elise.get("/comptes/")
    assert links_of(listing) == {NAME: answer["Location"]}
    applied = elise.get(links_of(listing)[NAME])
    assert 'aria-current="page">Bâtiment A, plus de 3 mois' in text_of(applied)
    assert 'value="1051,80"' in text_of(applied) and "erreur" not in text_of(applied)
    [event] = events(kind="filter_saved")
    assert event["facts"] == {"list": "accounts", "filters": "building.amount.age.state"}


def test_filters_of_each_list_are_apart(landlord, elise, sign_in):
    for listed in AccountList:
        assert keep(elise, page=reverse("saved_filters", args=[listed.value]))["Location"] == (
            f"{reverse(listed.page)}?mois=3"
        )
    assert len(saved()) == 3
    for listed in AccountList:
        assert links_of(elise.get(reverse(listed.page))) == {NAME: f"{reverse(listed.page)}?mois=3"}
    assert elise.get("/comptes/filtres/autres/").status_code == 404
    assert sign_in("awa").get(PAGE).status_code == 403


def test_filter_is_renamed_and_deleted(elise):
    keep(elise)
    [row] = saved()
    assert elise.post(PAGE, {"rename": str(row.pk), "name": "Trois mois"})["Location"] == PAGE
    assert saved()[0].name == "Trois mois" and list(links_of(elise.get("/comptes/"))) == ["Trois mois"]
    refused = elise.post(PAGE, {"rename": str(row.pk), "name": " "})
    assert refused.status_code == 200 and saved()[0].name == "Trois mois"
    assert elise.post(PAGE, {"delete": str(row.pk)})["Location"] == PAGE
    assert saved() == [] and links_of(elise.get("/comptes/")) == {}
    for button in ("rename", "delete"):
        assert elise.post(PAGE, {button: str(row.pk), "name": "Autre"}).status_code == 404
    assert [len(events(kind=f"filter_{act}")) for act in ("saved", "renamed", "deleted")] == [1, 1, 1]
    assert events(kind="filter_renamed")[0]["facts"] == {"list": "accounts"}


def test_filter_deleted_twice_at_once_is_recorded_once(elise):
    for _round in range(4):
        keep(elise)
        [row] = saved()
        start = Barrier(2)

        def delete(_number, start=start, pk=row.pk):
            twin = Client()
            twin.cookies = elise.cookies
            start.wait()
            try:
                return twin.post(PAGE, {"delete": str(pk)}).status_code
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as at_once:
            assert sorted(at_once.map(delete, range(2))) == [302, 404]
    assert len(events(kind="filter_deleted")) == 4


# --- Only what the form accepts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"mois": "0"}, "supérieure ou égale à 1"),
        ({"mois": "trois"}, "nombre entier"),
        ({"minimum": "200", "maximum": "100"}, "Le maximum doit être au moins égal au minimum."),
        ({"solde": "rouge"}, "rouge"),
        ({"batiment": "Nulle part"}, "Aucun lieu de votre périmètre"),
        ({"minimum": "12,345"}, "peut se lire de deux façons"),
        ({"tri": "-solde"}, "Filtrez d’abord la liste"),
        ({"mot": "Dette"}, "Filtrez d’abord la liste"),
    ],
)
def test_value_that_the_list_refuses_is_not_saved(landlord, elise, filters, message):
    answer = keep(elise, **filters)
    assert answer.status_code == 200 and message in text_of(answer) and saved() == []
    assert f'value="{NAME}"' in text_of(answer)


def test_list_without_states_saves_no_state(landlord, elise):
    answer = keep(elise, page="/comptes/filtres/a-contacter/", solde="avoir")
    assert "Filtrez d’abord la liste" in text_of(answer) and saved() == []
    assert keep(elise, page="/comptes/filtres/partis/", solde="arrivees").status_code == 200 and saved() == []


def test_building_out_of_reach_is_answered_like_an_unknown_one(landlord, elise):
    """A filter keeps its building when the person's places change, and the list then shows the same as for a building
    that does not exist."""
    keep(elise, batiment=code(landlord))
    [(name, url)] = links_of(elise.get("/comptes/")).items()
    there = landlord.place("Glycines B").pk
    run("UPDATE access_assignment SET place_id = %s WHERE person_id = %s", there, landlord.person("elise").pk)
    assert list(links_of(elise.get("/comptes/"))) == [name]
    old = text_of(elise.get(url)).replace(code(landlord), "XX")
    unknown = text_of(elise.get("/comptes/?batiment=XX")).replace(code(landlord), "XX")
    assert main_of(old) == main_of(unknown)
    assert "Aucun lieu de votre périmètre" in old
    # The person can no longer see this building, so must not save another filter with it.
    assert keep(elise, "Autre nom", batiment=code(landlord)).status_code == 200 and len(saved()) == 1


def main_of(page: str) -> str:
    """Return the main part of a page, without tokens and without the mark of the current filter."""
    main = re.sub(r' aria-current="page"', "", page[page.index("<main") :])
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", main)


# --- Names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        NAME,
        "Impayés de plus de trois mois",
        "En avance, à rembourser",
        "Glycines A, 500 € et plus",
        "À relancer avant le 15",
        "Départs du mois",
        "rue des Lilas, impayés",
    ],
)
def test_ordinary_names_are_accepted(landlord, elise, name):
    assert keep(elise, name, batiment=code(landlord)).status_code == 302, name
    assert saved()[0].name == name


@pytest.mark.parametrize(
    "name", ["alcooliques", "Alcooliques", "les Roms", SENTENCE, "Mme Durand", "FR76 3000 6000 0112 3456 7890 189"]
)
def test_name_that_describes_or_names_a_person_is_refused(landlord, elise, name):
    keep(elise)
    before = len(events(kind="filter_saved"))
    refused = keep(elise, name, mois="6")
    assert refused.status_code == 200 and "Ce nom ne peut pas être enregistré" in text_of(refused)
    [row] = saved()
    renamed = elise.post(PAGE, {"rename": str(row.pk), "name": name})
    assert renamed.status_code == 200 and "Ce nom ne peut pas être enregistré" in text_of(renamed)
    assert saved()[0].name == NAME and len(events(kind="filter_saved")) == before
    assert name not in str(events())


def test_name_of_a_resident_of_the_building_is_refused(landlord, elise):
    run("UPDATE tenants_tenant SET last_name = 'Kermadec' WHERE last_name = 'Calme-Glycines A'")
    for name in ("Kermadec", "Retards de Kermadec"):
        assert "Ce nom ne peut pas" in text_of(keep(elise, name, batiment=code(landlord))), name
    assert keep(elise, "Kermadec", batiment=code(landlord, "Glycines B")).status_code == 302


def test_hidden_resident_is_answered_like_an_unknown_name(landlord, elise):
    run("UPDATE tenants_tenant SET last_name = 'Kermadec' WHERE last_name = 'Calme-Glycines A'")
    run(
        "INSERT INTO tenants_discreetmark (id, lease_id, building_id, first_day, last_day)"
        " SELECT gen_random_uuid(), r.lease_id, r.building_id, loge_today(), loge_today() + 60 FROM tenants_residence r"
        " JOIN tenants_tenant t ON t.id = r.tenant_id WHERE t.last_name = 'Kermadec'"
    )
    assert keep(elise, "Kermadec", batiment=code(landlord)).status_code == 302


def test_name_has_a_limit_and_is_unique(landlord, elise):
    assert keep(elise, "x" * (LONGEST_NAME + 1)).status_code == 200 and saved() == []
    assert keep(elise).status_code == 302
    assert "Vous avez déjà un filtre de ce nom" in text_of(keep(elise, mois="6"))
    assert keep(elise, page="/comptes/filtres/partis/").status_code == 302


# --- Ten at most, and nobody else's ----------------------------------------------------------------------------------


def test_ten_filters_at_most_are_saved_for_a_list(landlord, elise):
    for number in range(MOST):
        assert keep(elise, f"Liste {number}").status_code == 302
    assert "Vous avez déjà dix filtres" in text_of(keep(elise, "Une de plus"))
    assert len(saved()) == MOST and keep(elise, page="/comptes/filtres/partis/").status_code == 302
    elise.post(PAGE, {"delete": str(saved()[4].pk)})
    assert keep(elise, "Une de plus").status_code == 302


def test_nobody_reads_or_changes_the_filter_of_another(landlord, elise, sign_in):
    keep(elise)
    [row] = saved()
    run("UPDATE access_assignment SET person_id = %s WHERE person_id = %s",
        landlord.person("noel").pk, landlord.person("elise").pk)  # fmt: skip
    noel = sign_in("noel")
    assert links_of(noel.get("/comptes/")) == {} and NAME not in text_of(noel.get(PAGE))
    for button in ("rename", "delete"):
        assert noel.post(PAGE, {button: str(row.pk), "name": "Autre"}).status_code == 404
    keep(noel, "Le mien")
    assert [row.name for row in saved(landlord.person("elise"))] == [NAME]


def test_policies_give_a_person_only_own_filters(landlord, elise):
    keep(elise)
    [row] = saved()
    elise_pk, noel_pk = row.person_id, landlord.person("noel").pk
    count = "SELECT count(*) FROM ledger_savedfilter"
    assert as_role(Compartment.ACCOUNT, elise_pk, count) == [(1,)]
    assert as_role(Compartment.ACCOUNT, noel_pk, count) == [(0,)]
    for change in ("UPDATE ledger_savedfilter SET name = 'x'", "DELETE FROM ledger_savedfilter"):
        as_role(Compartment.ACCOUNT, noel_pk, change)
    assert saved()[0].name == NAME
    insert = (
        "INSERT INTO ledger_savedfilter (id, person_id, list, slot, name, state, months)"
        " VALUES (gen_random_uuid(), %s, 'tous', 2, 'x', '', 3)"
    )
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(Compartment.ACCOUNT, noel_pk, insert, elise_pk)
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.ACCOUNT, elise_pk, "UPDATE ledger_savedfilter SET person_id = person_id")
    for compartment in (Compartment.CARD, Compartment.BOOKS, Compartment.INSPECTION):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(compartment, elise_pk, count)


def test_filters_end_with_the_employees_account(landlord, elise):
    keep(elise)
    paul = landlord.person("paul")
    SavedFilter(person=paul, list="tous", slot=1, name="Autre", months=2).save(using=OWNER)
    run("UPDATE access_person SET name = name")
    assert len(saved()) == 2
    run("UPDATE access_person SET is_active = false WHERE id = %s", landlord.person("elise").pk)
    assert saved() == saved(paul) and len(saved()) == 1
