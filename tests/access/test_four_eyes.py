"""Access beyond a caretaker's building needs a second person's approval. Attempts to bypass the approval fail."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from access.grants.actions.requests import Newcomer, approve, ask, refuse, withdraw
from access.grants.grant_terms import Terms
from access.models import AccessRequest, Assignment, Person
from tests.access.acting import acting
from tests.builders import OWNER, assign, events, make_person, paris_day
from tests.sign_in import let_in

NEW, NEWCOMER = "/acces/demandes/nouvelle/", "/acces/demandes/nouvelle-personne/"
NINA = "nina.perrot@trois-rives.example"


def typed(landlord, name="noel", place="agence-bercy", role="officer", **more):
    days = {"first_day": f"{paris_day():%d/%m/%Y}", "last_day": f"{paris_day(90):%d/%m/%Y}"}
    return {"person": landlord.person(name).email, "role": role, "place": place, "reason": "posting", **days, **more}


def newcomer(landlord, **more):
    values = typed(landlord, place="secteur-glycines", name="noel")
    values.pop("person")
    return {
        **values,
        "name": "Nina Perrot",
        "email": "Nina.Perrot@trois-rives.example",
        "employed_at": "secteur-glycines",
        **more,
    }


def terms(landlord, place="Agence Bercy", role="officer", last=90):
    return Terms(landlord.place(place), paris_day(), paris_day(last), "posting", role)


def administrator(landlord, name, place="Office des Trois-Rives"):
    """Create an administrator without request and approval, as the command for the first administrator does."""
    person = make_person(name, landlord.place(place))
    assign(person, "access_administrator", landlord.place(place))
    return person


def browser(person):
    client = Client()
    let_in(client, person)
    return client


def asked_by(asker, whose, requested):
    with acting(asker):
        return ask(by=asker, whose=whose, terms=requested)


def approved_by(approver, access_request):
    with acting(approver):
        return approve(by=approver, access_request=access_request)


def held_by(person):
    return list(Assignment.objects.using(OWNER).filter(person=person).values_list("role", "place__name"))


@pytest.fixture
def corinne(landlord):
    return administrator(landlord, "Corinne Vidal")


# --- The regular way ---


def test_one_requests_another_approves_and_both_are_recorded(landlord, sign_in, corinne):
    noel = landlord.person("noel")
    assert sign_in("jules").post(NEW, typed(landlord)).status_code == 302
    [access_request] = AccessRequest.objects.using(OWNER).all()
    assert held_by(noel) == []
    client = browser(corinne)
    assert "Noël Caron" in client.get("/acces/demandes/").content.decode()
    assert client.post(f"/acces/demandes/{access_request.pk}/approuver/").status_code == 302
    assert held_by(noel) == [("officer", "Agence Bercy")]
    given = Assignment.objects.using(OWNER).get(person=noel)
    assert (given.request, given.given_by) == (access_request, corinne)
    [event] = events(kind="access_requested")
    assert event["actor"] == landlord.person("jules").pk and event["facts"]["role"] == "officer"
    [event] = events(kind="access_approved")
    assert event["actor"] == corinne.pk and event["facts"]["person"] == str(noel.pk)


def test_a_manager_requests_for_the_own_sector_only(landlord, sign_in):
    client = sign_in("georges")
    assert client.post(NEW, typed(landlord, place="secteur-glycines", name="bruno")).status_code == 302
    answer = client.post(NEW, typed(landlord, name="bruno"))
    assert answer.status_code == 200 and "Aucun lieu" in answer.content.decode()
    georges, bruno = landlord.person("georges"), landlord.person("bruno")
    with pytest.raises(ValidationError, match="périmètre"):
        asked_by(georges, bruno, terms(landlord))
    [access_request] = AccessRequest.objects.using(OWNER).all()
    assert sign_in("jules").post(f"/acces/demandes/{access_request.pk}/approuver/").status_code == 302
    assert ("officer", "Secteur Glycines") in held_by(bruno)


@pytest.mark.parametrize("name", ["awa", "elise", "helene", "ines", "noel"])
def test_other_roles_cannot_request(landlord, sign_in, name):
    for url, body in ((NEW, typed(landlord, "lea")), (NEWCOMER, newcomer(landlord))):
        assert sign_in(name).post(url, body).status_code == 403
    by, lea, requested = landlord.person(name), landlord.person("lea"), terms(landlord)
    with pytest.raises(ValidationError, match="périmètre"):
        asked_by(by, lea, requested)


def test_a_newcomer_chooses_a_password_through_an_emailed_link(landlord, sign_in, mailoutbox):
    assert sign_in("georges").post(NEWCOMER, newcomer(landlord)).status_code == 302
    assert not Person.objects.using(OWNER).filter(email=NINA).exists() and not mailoutbox
    [access_request] = AccessRequest.objects.using(OWNER).all()
    client = sign_in("jules")
    assert NINA in client.get(f"/acces/demandes/{access_request.pk}/").content.decode()
    answer = client.post(f"/acces/demandes/{access_request.pk}/approuver/")
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
    assert added["facts"] == {"person": str(nina.pk)} and added["actor"] == landlord.person("jules").pk
    access_request.refresh_from_db(using=OWNER)
    # Once approved, the access request no longer stores name and email address: the new Person row has them.
    assert (access_request.name, access_request.email, access_request.person) == ("", "", nina)


def test_a_used_address_is_refused_with_a_reason(landlord, sign_in):
    answer = sign_in("georges").post(NEWCOMER, newcomer(landlord, email="AWA.diakite@trois-rives.example"))
    assert answer.status_code == 200 and "déjà avec cette adresse" in answer.content.decode()


@pytest.mark.parametrize(("act", "body"), [("refuser", {"reason": "not_needed"}), ("retirer", {})])
def test_a_refused_or_withdrawn_newcomer_is_erased(landlord, sign_in, act, body):
    assert sign_in("georges").post(NEWCOMER, newcomer(landlord)).status_code == 302
    [access_request] = AccessRequest.objects.using(OWNER).all()
    who = "jules" if act == "refuser" else "georges"
    assert sign_in(who).post(f"/acces/demandes/{access_request.pk}/{act}/", body).status_code == 302
    access_request.refresh_from_db(using=OWNER)
    assert (access_request.name, access_request.email) == ("", "")
    assert not Person.objects.using(OWNER).filter(email=NINA).exists()
    kind = "access_refused" if act == "refuser" else "access_withdrawn"
    assert [event["facts"]["request"] for event in events(kind=kind)] == [str(access_request.pk)]
    again = sign_in("jules").post(f"/acces/demandes/{access_request.pk}/approuver/")
    assert again.status_code == 200 and "Une décision a déjà été prise" in again.content.decode()


def test_a_request_lapses_and_the_next_one_erases_its_newcomer(landlord, sign_in):
    assert sign_in("georges").post(NEWCOMER, newcomer(landlord)).status_code == 302
    AccessRequest.objects.using(OWNER).update(asked_at=timezone.now() - timedelta(days=14, minutes=1))
    [access_request] = AccessRequest.objects.using(OWNER).all()
    answer = sign_in("jules").post(f"/acces/demandes/{access_request.pk}/approuver/")
    assert answer.status_code == 200 and "quatorze jours" in answer.content.decode()
    assert "expirée" in sign_in("georges").get("/acces/demandes/").content.decode()
    assert sign_in("georges").post(NEWCOMER, newcomer(landlord)).status_code == 302
    access_request.refresh_from_db(using=OWNER)
    assert (access_request.name, access_request.email, access_request.decision) == ("", "", "")


def test_approved_late_it_begins_today_and_ends_as_requested(landlord, corinne):
    access_request = asked_by(landlord.person("jules"), landlord.person("noel"), terms(landlord))
    AccessRequest.objects.using(OWNER).update(first_day=paris_day(-3))
    given = approved_by(corinne, access_request)
    assert (given.first_day, given.last_day) == (paris_day(), paris_day(90))


def test_the_same_request_cannot_be_submitted_twice(landlord, sign_in):
    client = sign_in("jules")
    assert client.post(NEW, typed(landlord)).status_code == 302
    answer = client.post(NEW, typed(landlord))
    assert answer.status_code == 200 and "déjà en attente d’une décision" in answer.content.decode()
    duplicate = client.post(NEW, typed(landlord, "elise", place="agence-belleville"))
    assert duplicate.status_code == 200 and "déjà ce rôle en ce lieu" in duplicate.content.decode()


# --- A dishonest administrator ---


def test_one_administrator_alone_grants_only_a_caretakers_building(landlord, sign_in):
    """Without a second person, an administrator may only make somebody caretaker of one building.

    Whatever role is posted, the form grants the role of caretaker. The form refuses a place above a building.
    """
    client = sign_in("jules")
    body = {**typed(landlord, place="secteur-glycines"), "role": "officer"}
    answer = client.post("/acces/affectations/confier/", body)
    page = answer.content.decode()
    assert answer.status_code == 200 and "Secteur Glycines (secteur) ne peut pas être confié ici" in page
    assert "/acces/demandes/nouvelle/" in page and "Aucun lieu" not in page
    assert client.post("/acces/affectations/confier/", {**body, "place": "glycines-a"}).status_code == 302
    assert held_by(landlord.person("noel")) == [("caretaker", "Glycines A")]


@pytest.mark.parametrize("role", ["officer", "accountant", "dpo", "access_administrator", "sector_manager"])
def test_one_administrator_alone_cannot_grant_other_roles_through_the_action(landlord, role):
    from access.grants.actions.assignments import grant

    jules, noel = landlord.person("jules"), landlord.person("noel")
    for place, granted_role in (("Glycines A", role), ("Les Glycines", "caretaker")):
        with pytest.raises(ValidationError, match="une autre personne doit"), acting(jules):
            grant(by=jules, person=noel, terms=terms(landlord, place, granted_role))


def test_nobody_approves_or_refuses_their_own_request(landlord, sign_in):
    client, jules = sign_in("jules"), landlord.person("jules")
    client.post(NEW, typed(landlord))
    [access_request] = AccessRequest.objects.using(OWNER).all()
    page = client.get(f"/acces/demandes/{access_request.pk}/").content.decode()
    assert "/approuver/" not in page and "/retirer/" in page
    answer = client.post(f"/acces/demandes/{access_request.pk}/approuver/")
    assert answer.status_code == 200 and "Vous avez fait cette demande" in answer.content.decode()
    with pytest.raises(ValidationError, match="Vous avez fait cette demande"), acting(jules):
        refuse(by=jules, access_request=access_request, reason="not_needed")
    assert held_by(landlord.person("noel")) == []


def test_nobody_requests_for_oneself_or_decides_on_an_own_access(landlord, sign_in, corinne):
    jules = landlord.person("jules")
    with pytest.raises(ValidationError, match="vous-même"):
        asked_by(jules, jules, terms(landlord))
    access_request = asked_by(jules, corinne, terms(landlord))
    with pytest.raises(ValidationError, match="vous-même"):
        approved_by(corinne, access_request)
    with pytest.raises(ValidationError, match="vous est destiné"), acting(corinne):
        refuse(by=corinne, access_request=access_request, reason="not_needed")
    assert browser(corinne).post(f"/acces/demandes/{access_request.pk}/approuver/").status_code == 200


def test_a_second_account_of_the_requester_cannot_approve(landlord, corinne):
    """An administrator must not approve his own requests through a second account.

    Jules (administrator) also uses the account "Jules Bis", which Corinne (administrator) approved by mistake. This new
    account may approve nothing for thirty days, and neither Jules nor Corinne may approve its requests.
    """
    jules, noel, top = landlord.person("jules"), landlord.person("noel"), landlord.place("Office des Trois-Rives")
    other = Newcomer("Jules Bis", "jules.bis@trois-rives.example", top)
    approved_by(corinne, asked_by(jules, other, terms(landlord, "Office des Trois-Rives", "access_administrator")))
    double = Person.objects.using(OWNER).get(email=other.email)
    mine, its = asked_by(jules, noel, terms(landlord)), asked_by(double, noel, terms(landlord, "Secteur Tour"))
    with pytest.raises(ValidationError, match="trente jours"):
        approved_by(double, mine)
    with pytest.raises(ValidationError, match="créé par l’autre"):
        approved_by(jules, its)
    with pytest.raises(ValidationError, match="créé par l’autre"):
        # Corinne (administrator) approved the second account of Jules, so she may not approve requests made by it.
        approved_by(corinne, its)
    assert held_by(noel) == []


def test_after_thirty_days_a_new_administrator_can_approve(landlord, corinne):
    jules, noel, top = landlord.person("jules"), landlord.person("noel"), landlord.place("Office des Trois-Rives")
    agnes = Newcomer("Agnès Neuve", "agnes.neuve@trois-rives.example", top)
    approved_by(corinne, asked_by(jules, agnes, terms(landlord, "Office des Trois-Rives", "access_administrator")))
    long_ago = timezone.now() - timedelta(days=31)
    AccessRequest.objects.using(OWNER).update(decided_at=long_ago)
    Assignment.objects.using(OWNER).filter(person__email=agnes.email).update(given_at=long_ago)
    assert approved_by(Person.objects.using(OWNER).get(email=agnes.email), asked_by(jules, noel, terms(landlord))).pk


def test_a_role_granted_yesterday_does_not_allow_approving(landlord, corinne):
    """A person who has just become an administrator may not approve requests, even with an old account.

    The role, too, must be thirty days old.
    """
    jules, lea = landlord.person("jules"), landlord.person("lea")
    approved_by(corinne, asked_by(jules, lea, terms(landlord, "Office des Trois-Rives", "access_administrator")))
    access_request = asked_by(jules, landlord.person("noel"), terms(landlord))
    with pytest.raises(ValidationError, match="trente jours"):
        approved_by(lea, access_request)


def test_an_agencys_administrator_cannot_approve_for_another_agency(landlord):
    local = administrator(landlord, "Agathe Local", "Agence Belleville")
    access_request = asked_by(landlord.person("jules"), landlord.person("noel"), terms(landlord))
    assert browser(local).post(f"/acces/demandes/{access_request.pk}/approuver/").status_code == 404
    # Agathe (administrator) cannot see another agency's request. The error is the same as for a decided request.
    with pytest.raises(ValidationError, match="Une décision a déjà été prise"):
        approved_by(local, access_request)
    local_request = asked_by(landlord.person("jules"), landlord.person("noel"), terms(landlord, "Secteur Tour"))
    assert approved_by(local, local_request).pk


def test_a_manager_approves_nothing(landlord, sign_in):
    access_request = asked_by(landlord.person("jules"), landlord.person("noel"), terms(landlord, "Secteur Glycines"))
    for act in ("approuver", "refuser"):
        assert (
            sign_in("georges").post(f"/acces/demandes/{access_request.pk}/{act}/", {"reason": "not_needed"}).status_code
            == 403
        )
    georges = landlord.person("georges")
    with pytest.raises(ValidationError, match="périmètre"):
        approved_by(georges, access_request)


def test_only_the_requester_withdraws(landlord, corinne):
    access_request = asked_by(landlord.person("jules"), landlord.person("noel"), terms(landlord))
    with pytest.raises(ValidationError, match="Seule la personne qui a fait la demande"), acting(corinne):
        withdraw(by=corinne, access_request=access_request)


def test_an_assignment_approved_by_two_cannot_be_extended_or_moved_by_one(landlord, sign_in):
    elise = Assignment.objects.using(OWNER).get(person=landlord.person("elise"))
    client, day = sign_in("jules"), f"{paris_day(300):%d/%m/%Y}"
    page = client.get(f"/acces/personnes/{elise.person_id}/").content.decode()
    assert "demander de nouveau" in page and "/prolonger/" not in page and "/deplacer/" not in page
    answer = client.post(f"/acces/affectations/{elise.pk}/prolonger/", {"last_day": day})
    assert answer.status_code == 200 and "une autre personne doit" in answer.content.decode()
    move = {"place": "glycines-a", "day": f"{paris_day(1):%d/%m/%Y}", "last_day": day}
    answer = client.post(f"/acces/affectations/{elise.pk}/deplacer/", move)
    assert answer.status_code == 200 and "une autre personne doit" in answer.content.decode()
    elise.refresh_from_db(using=OWNER)
    assert elise.last_day == paris_day(200) and elise.ended_on is None


def test_of_two_approvals_only_the_first_counts(landlord, corinne):
    third = administrator(landlord, "Thérèse Trois")
    access_request = asked_by(landlord.person("jules"), landlord.person("noel"), terms(landlord))
    assert approved_by(corinne, access_request).pk
    with pytest.raises(ValidationError, match="Une décision a déjà été prise"):
        approved_by(third, access_request)
    assert len(held_by(landlord.person("noel"))) == 1


# --- Pages; the data protection officer; the first two administrators ---


def test_the_data_protection_officer_reads_every_request_and_decides_none(landlord, sign_in):
    access_request = asked_by(landlord.person("jules"), landlord.person("noel"), terms(landlord))
    client = sign_in("ines")
    assert "Noël Caron" in client.get("/acces/demandes/").content.decode()
    page = client.get(f"/acces/demandes/{access_request.pk}/").content.decode()
    assert "Jules Moreau" in page and "/approuver/" not in page
    assert client.post(f"/acces/demandes/{access_request.pk}/approuver/").status_code == 403


def test_a_manager_reads_the_requests_of_the_own_sector(landlord, sign_in):
    far = asked_by(landlord.person("jules"), landlord.person("noel"), terms(landlord))
    near = asked_by(landlord.person("jules"), landlord.person("lea"), terms(landlord, "Secteur Glycines"))
    client = sign_in("georges")
    page = client.get("/acces/demandes/").content.decode()
    assert "Léa Giraud" in page and "Noël Caron" not in page
    assert client.get(f"/acces/demandes/{near.pk}/").status_code == 200
    assert client.get(f"/acces/demandes/{far.pk}/").status_code == 404


def test_an_unknown_batch_is_404(landlord, sign_in):
    assert sign_in("jules").get(f"/acces/demandes/fichier/{uuid4()}/").status_code == 404


def test_two_administrators_are_appointed_on_the_server_and_no_third(bare, capsys):
    call_command("appoint", "jeanne.une@office.example", "Jeanne Une", "--by", "s.durand")
    call_command("appoint", "paul.deux@office.example", "Paul Deux", "--by", "s.durand")
    with pytest.raises(CommandError, match="demandez l’accès suivant dans Loge"):
        call_command("appoint", "lise.trois@office.example", "Lise Trois", "--by", "s.durand")
    assert Person.objects.using(OWNER).count() == 2
    assert {event["machine"] for event in events(kind="assignment_granted")} == {"appoint:s.durand"}
    jeanne, paul = Person.objects.using(OWNER).order_by("email")
    top = Assignment.objects.using(OWNER).first().place
    requested = Terms(top, paris_day(), paris_day(30), "posting", "dpo")
    approved_by(paul, asked_by(jeanne, Newcomer("Inès Une", "ines.une@office.example", top), requested))
    assert Assignment.objects.using(OWNER).filter(role="dpo").count() == 1


def test_the_person_who_appoints_is_named_by_an_identifier(bare):
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
def test_names_and_addresses_that_imitate_others_are_refused(landlord, sign_in, typed_in):
    """A new person's name or email address must be refused if it has invisible or look-alike characters.

    Otherwise the administrator who approves access could mistake a stranger for a colleague.
    """
    answer = sign_in("georges").post(NEWCOMER, newcomer(landlord, **typed_in))
    assert answer.status_code == 200 and not AccessRequest.objects.using(OWNER).exists()
    assert any(message in answer.content.decode() for message in ("caractères visibles", "lettres latines"))


def test_a_name_is_stored_in_one_normal_form(landlord, sign_in):
    accents_apart = "Ine\u0300s\u00a0  Nguye\u0302\u0303n"
    assert sign_in("georges").post(NEWCOMER, newcomer(landlord, name=accents_apart)).status_code == 302
    assert AccessRequest.objects.using(OWNER).get().name == "In\u00e8s Nguy\u1ec5n"
