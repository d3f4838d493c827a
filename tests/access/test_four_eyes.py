"""What reaches beyond a caretaker's building is asked by one and approved by another: the honest way, and others."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from access.actions.requests import Newcomer, approve, ask, refuse, withdraw
from access.models import AccessRequest, Assignment, Person
from access.terms import Terms
from tests.access.acting import acting
from tests.builders import OWNER, assign, events, make_person, paris_day
from tests.entering import let_in

NEW, NEWCOMER = "/acces/demandes/nouvelle/", "/acces/demandes/nouvelle-personne/"
NINA = "nina.perrot@trois-rives.example"


def typed(house, name="noel", place="agence-bercy", role="officer", **more):
    days = {"first_day": f"{paris_day():%d/%m/%Y}", "last_day": f"{paris_day(90):%d/%m/%Y}"}
    return {"person": house.person(name).email, "role": role, "place": place, "reason": "posting", **days, **more}


def newcomer(house, **more):
    asked = typed(house, place="secteur-glycines", name="noel")
    asked.pop("person")
    return {
        **asked,
        "name": "Nina Perrot",
        "email": "Nina.Perrot@trois-rives.example",
        "employed_at": "secteur-glycines",
        **more,
    }


def terms(house, place="Agence Bercy", role="officer", last=90):
    return Terms(house.place(place), paris_day(), paris_day(last), "posting", role)


def administrator(house, name, place="Office des Trois-Rives"):
    """Named on the server, as the first ones are: nobody who signs in gave it."""
    person = make_person(name, house.place(place))
    assign(person, "access_administrator", house.place(place))
    return person


def browser(person):
    client = Client()
    let_in(client, person)
    return client


def asked_by(asker, whose, what):
    with acting(asker):
        return ask(by=asker, whose=whose, terms=what)


def approved_by(approver, asked):
    with acting(approver):
        return approve(by=approver, asked=asked)


def held_by(person):
    return list(Assignment.objects.using(OWNER).filter(person=person).values_list("role", "place__name"))


@pytest.fixture
def corinne(house):
    return administrator(house, "Corinne Vidal")


# --- The honest way ---


def test_one_asks_another_approves_and_both_are_told(house, sign_in, corinne):
    noel = house.person("noel")
    assert sign_in("jules").post(NEW, typed(house)).status_code == 302
    [asked] = AccessRequest.objects.using(OWNER).all()
    assert held_by(noel) == []
    client = browser(corinne)
    assert "Noël Caron" in client.get("/acces/demandes/").content.decode()
    assert client.post(f"/acces/demandes/{asked.pk}/approuver/").status_code == 302
    assert held_by(noel) == [("officer", "Agence Bercy")]
    given = Assignment.objects.using(OWNER).get(person=noel)
    assert (given.request, given.given_by) == (asked, corinne)
    [told] = events(kind="access_requested")
    assert told["actor"] == house.person("jules").pk and told["facts"]["role"] == "officer"
    [told] = events(kind="access_approved")
    assert told["actor"] == corinne.pk and told["facts"]["person"] == str(noel.pk)


def test_a_manager_asks_for_the_own_sector_and_no_other(house, sign_in):
    client = sign_in("georges")
    assert client.post(NEW, typed(house, place="secteur-glycines", name="bruno")).status_code == 302
    answer = client.post(NEW, typed(house, name="bruno"))
    assert answer.status_code == 200 and "Aucun lieu" in answer.content.decode()
    georges, bruno = house.person("georges"), house.person("bruno")
    with pytest.raises(ValidationError, match="périmètre"):
        asked_by(georges, bruno, terms(house))
    [asked] = AccessRequest.objects.using(OWNER).all()
    assert sign_in("jules").post(f"/acces/demandes/{asked.pk}/approuver/").status_code == 302
    assert ("officer", "Secteur Glycines") in held_by(bruno)


@pytest.mark.parametrize("name", ["awa", "elise", "helene", "ines", "noel"])
def test_nobody_else_asks(house, sign_in, name):
    for url, body in ((NEW, typed(house, "lea")), (NEWCOMER, newcomer(house))):
        assert sign_in(name).post(url, body).status_code == 403
    by, lea, what = house.person(name), house.person("lea"), terms(house)
    with pytest.raises(ValidationError, match="périmètre"):
        asked_by(by, lea, what)


def test_somebody_new_chooses_her_password_through_her_own_mail(house, sign_in, mailoutbox):
    assert sign_in("georges").post(NEWCOMER, newcomer(house)).status_code == 302
    assert not Person.objects.using(OWNER).filter(email=NINA).exists() and not mailoutbox
    [asked] = AccessRequest.objects.using(OWNER).all()
    client = sign_in("jules")
    assert NINA in client.get(f"/acces/demandes/{asked.pk}/").content.decode()
    answer = client.post(f"/acces/demandes/{asked.pk}/approuver/")
    nina = Person.objects.using(OWNER).get(email=NINA)
    assert not nina.has_usable_password() and held_by(nina) == [("officer", "Secteur Glycines")]
    [mail] = mailoutbox
    key = re.search(r"/entrer/oubli/[^\s]+", mail.body).group()
    assert mail.to == [NINA] and key not in client.get(answer.url).content.decode()
    fresh, chosen = Client(), "trois marches et un palier"
    page = fresh.get(key, follow=True)
    assert fresh.post(page.redirect_chain[-1][0], {"password1": chosen, "password2": chosen}).status_code == 302
    nina.refresh_from_db(using=OWNER)
    assert nina.check_password(chosen)
    [added] = events(kind="person_added")
    assert added["facts"] == {"person": str(nina.pk)} and added["actor"] == house.person("jules").pk
    asked.refresh_from_db(using=OWNER)
    assert (asked.name, asked.email, asked.person) == ("", "", nina)  # said once, where she herself is


def test_an_address_in_use_is_refused_in_a_sentence(house, sign_in):
    answer = sign_in("georges").post(NEWCOMER, newcomer(house, email="AWA.diakite@trois-rives.example"))
    assert answer.status_code == 200 and "déjà avec cette adresse" in answer.content.decode()


@pytest.mark.parametrize(("act", "body"), [("refuser", {"reason": "not_needed"}), ("retirer", {})])
def test_refused_or_withdrawn_a_newcomer_is_forgotten(house, sign_in, act, body):
    assert sign_in("georges").post(NEWCOMER, newcomer(house)).status_code == 302
    [asked] = AccessRequest.objects.using(OWNER).all()
    who = "jules" if act == "refuser" else "georges"
    assert sign_in(who).post(f"/acces/demandes/{asked.pk}/{act}/", body).status_code == 302
    asked.refresh_from_db(using=OWNER)
    assert (asked.name, asked.email) == ("", "") and not Person.objects.using(OWNER).filter(email=NINA).exists()
    kind = "access_refused" if act == "refuser" else "access_withdrawn"
    assert [event["facts"]["request"] for event in events(kind=kind)] == [str(asked.pk)]
    again = sign_in("jules").post(f"/acces/demandes/{asked.pk}/approuver/")
    assert again.status_code == 200 and "déjà décidée" in again.content.decode()


def test_a_request_lapses_and_the_next_one_clears_what_it_said(house, sign_in):
    assert sign_in("georges").post(NEWCOMER, newcomer(house)).status_code == 302
    AccessRequest.objects.using(OWNER).update(asked_at=timezone.now() - timedelta(days=14, minutes=1))
    [asked] = AccessRequest.objects.using(OWNER).all()
    answer = sign_in("jules").post(f"/acces/demandes/{asked.pk}/approuver/")
    assert answer.status_code == 200 and "quatorze jours" in answer.content.decode()
    assert "sans suite" in sign_in("georges").get("/acces/demandes/").content.decode()
    assert sign_in("georges").post(NEWCOMER, newcomer(house)).status_code == 302
    asked.refresh_from_db(using=OWNER)
    assert (asked.name, asked.email, asked.decision) == ("", "", "")


def test_approved_late_it_begins_on_the_day_and_ends_as_asked(house, corinne):
    asked = asked_by(house.person("jules"), house.person("noel"), terms(house))
    AccessRequest.objects.using(OWNER).update(first_day=paris_day(-3))
    given = approved_by(corinne, asked)
    assert (given.first_day, given.last_day) == (paris_day(), paris_day(90))


def test_what_was_asked_once_is_not_asked_twice(house, sign_in):
    client = sign_in("jules")
    assert client.post(NEW, typed(house)).status_code == 302
    answer = client.post(NEW, typed(house))
    assert answer.status_code == 200 and "attend déjà une décision" in answer.content.decode()
    held = client.post(NEW, typed(house, "elise", place="agence-belleville"))
    assert held.status_code == 200 and "déjà ce rôle en ce lieu" in held.content.decode()


# --- As a dishonest administrator ---


def test_alone_nothing_but_a_caretakers_building(house, sign_in):
    """The page of one has no role to choose and no place above a building; nor has the act."""
    client = sign_in("jules")
    body = {**typed(house, place="secteur-glycines"), "role": "officer"}
    answer = client.post("/acces/affectations/confier/", body)
    assert answer.status_code == 200 and "Aucun lieu" in answer.content.decode()
    assert client.post("/acces/affectations/confier/", {**body, "place": "glycines-a"}).status_code == 302
    assert held_by(house.person("noel")) == [("caretaker", "Glycines A")]


@pytest.mark.parametrize("role", ["officer", "accountant", "dpo", "access_administrator", "sector_manager"])
def test_alone_no_office_through_the_act(house, role):
    from access.actions.assignments import grant

    jules, noel = house.person("jules"), house.person("noel")
    for place, what in (("Glycines A", role), ("Les Glycines", "caretaker")):
        with pytest.raises(ValidationError, match="une autre personne approuve"), acting(jules):
            grant(by=jules, person=noel, terms=terms(house, place, what))


def test_ones_own_request_is_not_ones_own_to_approve_or_refuse(house, sign_in):
    client, jules = sign_in("jules"), house.person("jules")
    client.post(NEW, typed(house))
    [asked] = AccessRequest.objects.using(OWNER).all()
    page = client.get(f"/acces/demandes/{asked.pk}/").content.decode()
    assert "/approuver/" not in page and "/retirer/" in page
    answer = client.post(f"/acces/demandes/{asked.pk}/approuver/")
    assert answer.status_code == 200 and "Qui demande ne décide pas" in answer.content.decode()
    with pytest.raises(ValidationError, match="ne décide pas"), acting(jules):
        refuse(by=jules, asked=asked, reason="not_needed")
    assert held_by(house.person("noel")) == []


def test_nobody_asks_for_oneself_nor_decides_on_what_is_for_oneself(house, sign_in, corinne):
    jules = house.person("jules")
    with pytest.raises(ValidationError, match="soi-même"):
        asked_by(jules, jules, terms(house))
    asked = asked_by(jules, corinne, terms(house))
    with pytest.raises(ValidationError, match="soi-même"):
        approved_by(corinne, asked)
    with pytest.raises(ValidationError, match="lui est destiné"), acting(corinne):
        refuse(by=corinne, asked=asked, reason="not_needed")
    assert browser(corinne).post(f"/acces/demandes/{asked.pk}/approuver/").status_code == 200


def test_a_second_account_is_no_second_person(house, corinne):
    """Corinne is deceived once and approves Jules's second account as an administrator: for thirty days it approves
    nothing, and nothing of what it asks is his to approve."""
    jules, noel, top = house.person("jules"), house.person("noel"), house.place("Office des Trois-Rives")
    other = Newcomer("Jules Bis", "jules.bis@trois-rives.example", top)
    approved_by(corinne, asked_by(jules, other, terms(house, "Office des Trois-Rives", "access_administrator")))
    double = Person.objects.using(OWNER).get(email=other.email)
    mine, its = asked_by(jules, noel, terms(house)), asked_by(double, noel, terms(house, "Secteur Tour"))
    with pytest.raises(ValidationError, match="trente jours"):
        approved_by(double, mine)
    with pytest.raises(ValidationError, match="créé par l’autre"):
        approved_by(jules, its)
    with pytest.raises(ValidationError, match="créé par l’autre"):
        approved_by(corinne, its)  # she approved the account: a third decides
    assert held_by(noel) == []


def test_after_thirty_days_the_new_administrator_is_a_second(house, corinne):
    jules, noel, top = house.person("jules"), house.person("noel"), house.place("Office des Trois-Rives")
    agnes = Newcomer("Agnès Neuve", "agnes.neuve@trois-rives.example", top)
    approved_by(corinne, asked_by(jules, agnes, terms(house, "Office des Trois-Rives", "access_administrator")))
    long_ago = timezone.now() - timedelta(days=31)
    AccessRequest.objects.using(OWNER).update(decided_at=long_ago)
    Assignment.objects.using(OWNER).filter(person__email=agnes.email).update(given_at=long_ago)
    assert approved_by(Person.objects.using(OWNER).get(email=agnes.email), asked_by(jules, noel, terms(house))).pk


def test_whoever_was_made_administrator_yesterday_is_no_second(house, corinne):
    """An old account with a fresh charge: the charge has to be thirty days old too."""
    jules, lea = house.person("jules"), house.person("lea")
    approved_by(corinne, asked_by(jules, lea, terms(house, "Office des Trois-Rives", "access_administrator")))
    asked = asked_by(jules, house.person("noel"), terms(house))
    with pytest.raises(ValidationError, match="trente jours"):
        approved_by(lea, asked)


def test_an_administrator_of_one_agency_approves_nothing_of_the_next(house):
    local = administrator(house, "Agathe Local", "Agence Belleville")
    asked = asked_by(house.person("jules"), house.person("noel"), terms(house))
    assert browser(local).post(f"/acces/demandes/{asked.pk}/approuver/").status_code == 404
    with pytest.raises(ValidationError, match="déjà décidée"):  # it is not even there for her
        approved_by(local, asked)
    here = asked_by(house.person("jules"), house.person("noel"), terms(house, "Secteur Tour"))
    assert approved_by(local, here).pk


def test_a_manager_approves_nothing(house, sign_in):
    asked = asked_by(house.person("jules"), house.person("noel"), terms(house, "Secteur Glycines"))
    for act in ("approuver", "refuser"):
        assert (
            sign_in("georges").post(f"/acces/demandes/{asked.pk}/{act}/", {"reason": "not_needed"}).status_code == 403
        )
    georges = house.person("georges")
    with pytest.raises(ValidationError, match="périmètre"):
        approved_by(georges, asked)


def test_only_who_asked_withdraws(house, corinne):
    asked = asked_by(house.person("jules"), house.person("noel"), terms(house))
    with pytest.raises(ValidationError, match="par qui l’a faite"), acting(corinne):
        withdraw(by=corinne, asked=asked)


def test_what_two_gave_is_not_stretched_or_moved_by_one(house, sign_in):
    elise = Assignment.objects.using(OWNER).get(person=house.person("elise"))
    client, day = sign_in("jules"), f"{paris_day(300):%d/%m/%Y}"
    page = client.get(f"/acces/personnes/{elise.person_id}/").content.decode()
    assert "redemander" in page and "/prolonger/" not in page and "/deplacer/" not in page
    answer = client.post(f"/acces/affectations/{elise.pk}/prolonger/", {"last_day": day})
    assert answer.status_code == 200 and "une autre personne approuve" in answer.content.decode()
    move = {"place": "glycines-a", "day": f"{paris_day(1):%d/%m/%Y}", "last_day": day}
    answer = client.post(f"/acces/affectations/{elise.pk}/deplacer/", move)
    assert answer.status_code == 200 and "une autre personne approuve" in answer.content.decode()
    elise.refresh_from_db(using=OWNER)
    assert elise.last_day == paris_day(200) and elise.ended_on is None


def test_a_lost_answer_opens_nothing_and_two_answers_are_one(house, corinne):
    third = administrator(house, "Thérèse Trois")
    asked = asked_by(house.person("jules"), house.person("noel"), terms(house))
    assert approved_by(corinne, asked).pk
    with pytest.raises(ValidationError, match="déjà décidée"):
        approved_by(third, asked)
    assert len(held_by(house.person("noel"))) == 1


# --- The page, the officer of data protection, the first two ---


def test_the_officer_of_data_protection_reads_every_request_and_decides_none(house, sign_in):
    asked = asked_by(house.person("jules"), house.person("noel"), terms(house))
    client = sign_in("ines")
    assert "Noël Caron" in client.get("/acces/demandes/").content.decode()
    page = client.get(f"/acces/demandes/{asked.pk}/").content.decode()
    assert "Jules Moreau" in page and "/approuver/" not in page
    assert client.post(f"/acces/demandes/{asked.pk}/approuver/").status_code == 403


def test_a_manager_reads_the_requests_of_the_own_sector(house, sign_in):
    far = asked_by(house.person("jules"), house.person("noel"), terms(house))
    near = asked_by(house.person("jules"), house.person("lea"), terms(house, "Secteur Glycines"))
    client = sign_in("georges")
    page = client.get("/acces/demandes/").content.decode()
    assert "Léa Giraud" in page and "Noël Caron" not in page
    assert client.get(f"/acces/demandes/{near.pk}/").status_code == 200
    assert client.get(f"/acces/demandes/{far.pk}/").status_code == 404


def test_a_file_nobody_brought_is_not_there(house, sign_in):
    assert sign_in("jules").get(f"/acces/demandes/fichier/{uuid4()}/").status_code == 404


def test_the_first_two_are_named_on_the_server_and_no_third(bare, capsys):
    call_command("appoint", "jeanne.une@office.example", "Jeanne Une", "--by", "s.durand")
    call_command("appoint", "paul.deux@office.example", "Paul Deux", "--by", "s.durand")
    with pytest.raises(CommandError, match="se demande dans Loge"):
        call_command("appoint", "lise.trois@office.example", "Lise Trois", "--by", "s.durand")
    assert Person.objects.using(OWNER).count() == 2
    assert {event["machine"] for event in events(kind="assignment_granted")} == {"appoint:s.durand"}
    jeanne, paul = Person.objects.using(OWNER).order_by("email")
    top = Assignment.objects.using(OWNER).first().place
    what = Terms(top, paris_day(), paris_day(30), "posting", "dpo")
    approved_by(paul, asked_by(jeanne, Newcomer("Inès Une", "ines.une@office.example", top), what))
    assert Assignment.objects.using(OWNER).filter(role="dpo").count() == 1


def test_who_names_them_is_an_identifier(bare):
    with pytest.raises(CommandError, match="identifiant"):
        call_command("appoint", "jeanne.une@office.example", "Jeanne Une", "--by", "Sophie Durand !")
    assert not Person.objects.using(OWNER).exists()


ALIKE = {
    "a sign of no width": {"name": "Nina\u200b Perrot"},
    "turned backwards": {"name": "\u202etorreP aniN"},
    "a Cyrillic letter": {"name": "Nin\u0430 Perrot"},
    "an address that looks like a colleague’s": {"email": "nina.perrot@tr\u043eis-rives.example"},
}


@pytest.mark.parametrize("typed_in", ALIKE.values(), ids=ALIKE)
def test_nobody_is_asked_for_under_a_name_that_only_looks_like_anothers(house, sign_in, typed_in):
    """The second of two decides on what is read, and the letter with the key goes to what is written."""
    answer = sign_in("georges").post(NEWCOMER, newcomer(house, **typed_in))
    assert answer.status_code == 200 and not AccessRequest.objects.using(OWNER).exists()
    assert any(said in answer.content.decode() for said in ("signes qui se voient", "lettres latines"))


def test_a_name_is_written_in_one_way(house, sign_in):
    accents_apart = "Ine\u0300s\u00a0  Nguye\u0302\u0303n"
    assert sign_in("georges").post(NEWCOMER, newcomer(house, name=accents_apart)).status_code == 302
    assert AccessRequest.objects.using(OWNER).get().name == "In\u00e8s Nguy\u1ec5n"
