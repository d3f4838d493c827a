"""Requests of tenants about their data: to contest that an employee opened the data, to have the data corrected, or to
object to the use of the data.

Each request gets a reasoned answer within a month, with an apology where due.
"""

import re
from datetime import date

from django.utils import translation

from housing.templatetags.loge import day as written_day
from rights.delays import extended_until
from rights.disclosure.request_slips import Slip, signed
from rights.models import LookDeferral, SubjectRequest
from rights.models.subject_request import Right
from rights.views import subject_requests
from tests.builders import OWNER, events, make_demand, paris_day, run
from tests.rights.test_disclosure import (
    CALM,
    PAIR,
    STAFF,
    TAKE,
    WRITTEN,
    access_report,
    back_date,
    make_request,
    submit_request,
    tenant,
    view_kinds,
    without_values,
)

SORRY, APOLOGY = "nous vous présentons nos excuses", "we apologise"
NUMBER = "Aucun relevé de cette personne ne porte ce numéro"
NAMES = ("Bernard", "Élise", "Haddad")


def latest() -> SubjectRequest:
    return SubjectRequest.objects.using(OWNER).order_by("-opened_on", "closed_on").filter(closed_on=None)[0]


def test_contested_view_is_answered_with_an_apology(landlord, sign_in):
    paola, ines = sign_in("paola"), sign_in("ines")
    sign_in("elise").get(f"/comptes/{landlord.account(PAIR).reference}/")
    report = access_report(ines, make_request(landlord))
    number = next(view["number"] for view in report["looks"] if view["kind"] == "account_opened")
    SubjectRequest.objects.using(OWNER).update(answer="given", closed_on=paris_day(), closed_by=landlord.person("ines"))
    for wrong in ({"look": ""}, {"look": "nought"}, {"kind": "rectify"}, {"kind": "erase"}):
        page = submit_request(paola, landlord, PAIR, "Marie", **{"kind": "contest", "look": number, **wrong})
        assert page.status_code == 200, wrong
    assert (
        submit_request(paola, landlord, PAIR, "Marie", kind="contest", look=number.upper(), matter="notes").status_code
        == 302
    )
    request = latest()
    assert (request.kind, request.look, request.matter) == ("contest", number, "")
    page = f"/droits/{request.pk}/"
    assert "n’attend pas de relevé" in ines.post(page, {"prepare": "1"}).content.decode()
    assert ines.get(f"{page}lettre/").status_code == 404
    answer = {"case": "1", "answer": "upheld", "reason": "look_unexplained", "measure": "access_ended"}
    for wrong in ({"measure": ""}, {"reason": ""}, {"answer": "given"}):
        assert ines.post(page, {**answer, **wrong}).status_code == 200, wrong
    assert ines.post(page, answer)["Location"] == f"{page}lettre/"
    letter = ines.get(f"{page}lettre/").content.decode()
    assert SORRY in letter and APOLOGY in letter and number in letter and "Marie" in letter
    assert (
        "access has ended" in letter
        and "cnil.fr" in letter
        and not [name for name in NAMES if name in letter[letter.index("<main") :]]
    )
    assert ines.post(page, {**answer, "answer": "refused"}).status_code == 200, "a request is answered only once"
    facts = [e["facts"]["answer"] for e in events(kind="subject_request_answered")]
    assert facts == ["upheld"]
    again = access_report(ines, make_request(landlord))
    assert view_kinds(again).count("subject_letter_printed") == 1
    assert "subject_letter_printed" not in view_kinds(access_report(ines, make_request(landlord, PAIR, "Paul")))


def test_contested_number_must_be_in_the_persons_own_report(landlord, sign_in):
    """A tenant contests an opening of their data by the number that their access report prints. A number that is not in
    their own report must be refused."""
    paola, ines, elise = sign_in("paola"), sign_in("ines"), sign_in("elise")
    for name in (PAIR, CALM):
        elise.get(f"/comptes/{landlord.account(name).reference}/")
    theirs = {first: access_report(ines, make_request(landlord, PAIR, first))["looks"] for first in ("Marie", "Paul")}
    other = access_report(ines, make_request(landlord, CALM, "Anne"))["looks"]
    shared, hers = [{view["number"]: view["kind"] for view in theirs[first]} for first in ("Paul", "Marie")]
    [account] = [number for number, kind in hers.items() if kind == "account_opened"]
    assert shared.get(account) == "account_opened"
    [elsewhere] = [view["number"] for view in other if view["kind"] == "account_opened"]
    [prepared] = [view["number"] for view in theirs["Paul"] if view["kind"] == "disclosure_prepared"]
    before = SubjectRequest.objects.using(OWNER).count()

    def contest(number: str, client=paola, first: str = "Marie", path: str = TAKE) -> str:
        page = submit_request(client, landlord, PAIR, first, path, kind="contest", look=number)
        assert page.status_code == 200, number
        return without_values(page)

    pages = {contest(number) for number in ("00000000", "ffffffff", elsewhere, prepared)}
    assert len(pages) == 1 and NUMBER in pages.pop()
    back_date("identity_tried", days=1)
    assert NUMBER in contest(elsewhere, ines, path=WRITTEN)
    # If nobody with the entered name holds the account, the page must not reveal whether the opening's number exists.
    assert NUMBER not in contest(account, first="Anne")
    [(event,)] = run("SELECT id FROM audit_event WHERE starts_with(id::text, %s)", account)
    deferred = LookDeferral.objects.using(OWNER).create(
        event=event,
        ground="judicial_inquiry",
        asked_by=landlord.person("ines"),
        asked_on=paris_day(-20),
        until=paris_day(9),
        agreed_by=landlord.person("paul"),
        agreed_on=paris_day(-20),
    )
    assert NUMBER in contest(account)
    LookDeferral.objects.using(OWNER).filter(pk=deferred.pk).update(until=paris_day(-1))
    assert SubjectRequest.objects.using(OWNER).count() == before
    assert submit_request(paola, landlord, PAIR, "Marie", kind="contest", look=account).status_code == 302


def test_correction_and_objection_name_the_data_and_the_reason(landlord, sign_in):
    ines = sign_in("ines")
    for kind, answer, reason in (("rectify", "refused", "data_right"), ("object", "partly", "situation_prevails")):
        assert (
            submit_request(
                ines, landlord, PAIR, "Marie", WRITTEN, kind=kind, matter="notes", look="0a0b0c0d"
            ).status_code
            == 302
        )
        request = latest()
        assert (request.kind, request.matter, request.look) == (kind, "notes", "")
        decision = {"case": "1", "answer": answer, "reason": reason, "measure": "erased" if answer == "partly" else ""}
        assert ines.post(f"/droits/{request.pk}/", decision).status_code == 302
        letter = ines.get(f"/droits/{request.pk}/lettre/").content.decode()
        assert (SORRY in letter, APOLOGY in letter) == ((answer == "partly"),) * 2 and "une note" in letter
    assert submit_request(sign_in("paola"), landlord, PAIR, "Marie", TAKE, kind="object", matter="").status_code == 200


def test_extension_letter_states_reason_and_new_due_day(landlord, sign_in):
    ines = sign_in("ines")
    request = make_demand(landlord.person("ines"), tenant(landlord, PAIR, "Marie"), asked=-20)
    page, letter = f"/droits/{request.pk}/", f"/droits/{request.pk}/prolongation/"
    assert ines.get(letter).status_code == 404 and letter not in ines.get(page).content.decode()
    assert ines.post(page, {"extend": "1", "reason": "complexity"})["Location"] == letter
    html = ines.get(letter).content.decode()
    until = extended_until(request.opened_on)
    assert "Marie Dette-Glycines A" in html and request.number in html and "art.\u00a012-3" in html
    assert "plusieurs baux ou plusieurs années" in html and "several leases or several years" in html
    assert day_in_french(request.due_on) in html and str(until.year) in html
    assert day_in_french(until) in html and not [name for name in NAMES if name in html[html.index("<main") :]]
    assert letter in ines.get(page).content.decode()
    assert sign_in("paola").get(letter).status_code == sign_in("elise").get(letter).status_code == 403
    assert [e["facts"]["request"] for e in events(kind="subject_extension_printed", outcome="shown")] == [
        str(request.pk)
    ]
    assert ines.post(page, {"prepare": "1"}).status_code == 302, "the request goes on after the extension"
    ines.post(page, {"answer": "given"})
    assert ines.get(letter).status_code == 200, "the letter stays available as evidence"
    assert view_kinds(access_report(ines, make_request(landlord))).count("subject_extension_printed") == 2


def test_person_whose_card_the_door_opened_makes_a_request_without_a_reference(landlord, sign_in):
    paola, calm = sign_in("paola"), landlord.account(CALM)
    assert submit_without_reference(paola, landlord.residence(CALM)).status_code == 200, "no card is open"
    unit = landlord.residence(CALM).unit
    door = {"last_name": CALM, "address": "3 allée des Glycines", "door": unit.door, "document": "photo"}
    card = paola.post("/accueil/identite/porte/", door)["Location"]
    link = f"{TAKE}?fiche={card.split('/')[-2]}"
    assert link in paola.get(card).content.decode()
    form = paola.get(link).content.decode()
    assert "id_reference" not in form and calm.reference not in form and "Calme" not in form[form.index("<main") :]
    assert "Aucune personne du foyer de cette fiche" in refusal(paola, landlord, first_name="Anna")
    assert "Aucune personne du foyer de cette fiche" in refusal(paola, landlord, last_name=PAIR, first_name="Marie")
    assert submit_without_reference(paola, landlord.residence(CALM)).status_code == 302
    assert latest().tenant == tenant(landlord, CALM, "Anne")
    tried = {e["about"] for e in events(kind="identity_tried", outcome="attempted")}
    assert calm.pk in tried, "attempts count against the household of the card"
    run("UPDATE tenants_identitycheck SET until = until - interval '11 min'")
    assert "La fiche n’est plus ouverte" in refusal(paola, landlord)
    assert SubjectRequest.objects.using(OWNER).count() == 1


def test_request_without_reference_is_for_the_household_of_the_open_card_only(landlord, sign_in):
    paola = sign_in("paola")
    check = {"reference": landlord.account(PAIR).reference, "last_name": PAIR, "document": "photo"}
    assert paola.post("/accueil/identite/", check).status_code == 302
    assert submit_without_reference(paola, landlord.residence(CALM)).status_code == 200
    assert not SubjectRequest.objects.using(OWNER).exists()


def test_form_says_when_an_optional_field_is_needed(landlord, sign_in):
    page = sign_in("paola").get(TAKE).content.decode()
    for words in ("si la pièce en indique un", "pour une contestation", "pour une correction ou une opposition"):
        assert f"obligatoire {words}" in page
    assert "facultatif" not in page[page.index("<main") :]


def submit_without_reference(client, residence, **more):
    names = {"last_name": CALM, "first_name": "Anne"}
    return client.post(f"{TAKE}?fiche={residence.pk}", {**names, "kind": "access", "proof": "photo", **more})


def refusal(client, landlord, **more) -> str:
    answer = submit_without_reference(client, landlord.residence(CALM), **more)
    assert answer.status_code == 200
    return answer.content.decode()


def day_in_french(day: date) -> str:
    """Return the day and month, without the year, as they are written in the French part of a letter to a tenant."""
    with translation.override("fr"):
        return written_day(day, "day-month")


def test_front_desk_slip_names_nobody(landlord, sign_in, monkeypatch):
    """The slip that the front desk prints for a tenant who makes a request must not name the tenant.

    The slip must show the number of the request, the GDPR right, the day of the request and the day by which the answer
    is due. Only the clerk who took the request may open the slip, for an hour.
    """
    paola = sign_in("paola")
    slip = submit_request(paola, landlord, PAIR, "Marie", kind="object", matter="notes")["Location"]
    request = latest()
    page = paola.get(slip).content.decode()
    main_part = page[page.index("<main") :]
    assert main_part.count(request.number) == 2 and "Opposition à la conservation d’une donnée" in main_part
    assert "Objection to data being stored" in main_part and "protection des données" in main_part
    assert (
        day_in_french(request.opened_on) in main_part
        and day_in_french(request.due_on) in main_part
        and str(request.due_on.year) in main_part
    )
    names = ("Marie", "Dette", landlord.account(PAIR).reference, "Glycines", *STAFF)
    assert not [name for name in names if name in main_part] and str(request.pk) not in main_part
    assert [(e["facts"], e["about"]) for e in events(kind="subject_slip_printed", outcome="shown")] == [
        ({"request": str(request.pk)}, None)
    ]
    assert (
        paola.get(f"{TAKE}{signed(Slip(request.pk, Right.OBJECT, paris_day()), landlord.person('elise'))}/").status_code
        == 404
    )
    assert paola.get(f"{slip[:-2]}x/").status_code == 404 and paola.get(f"{TAKE}nothing/").status_code == 404
    assert sign_in("elise").get(slip).status_code == 403
    monkeypatch.setattr("rights.disclosure.request_slips.HOUR", -1)
    assert paola.get(slip).status_code == 404


def test_public_figures_hide_counts_below_five(landlord, sign_in):
    """The public page with figures about requests must not show numbers below five.

    From five requests on, it shows shares rounded to ten percent. The current month is not counted.
    """
    anyone, marie, ines = sign_in("nobody"), tenant(landlord, PAIR, "Marie"), landlord.person("ines")
    right = {"kind": "rectify", "matter": "notes", "answer": "upheld", "reason": "data_wrong", "measure": "erased"}

    def answer_request(after: int, **fields) -> None:
        make_demand(ines, marie, asked=-90, closed_on=paris_day(-90 + after), closed_by=ines, **fields)

    for _one in range(4):
        answer_request(10, **right)
    few = anyone.get("/droits/chiffres/").content.decode()
    assert few.count("moins de 5") == 14 and ">100<" not in few
    answer_request(50, **{**right, "answer": "refused", "measure": ""})
    many = anyone.get("/droits/chiffres/").content.decode()
    main_part = many[many.index("<main") :]
    assert main_part.count(">80<") == 2 and ">10<" in main_part and main_part.count("moins de 5") == 12
    assert "Marie" not in main_part and "Dette" not in main_part
    today = paris_day()
    for _one in range(5):
        make_demand(ines, marie, kind="object", matter="notes")
        make_demand(
            ines, marie, asked=-90, kind="contest", look="0a0b0c0d", closed_on=today, closed_by=ines, answer="withdrawn"
        )
    page = anyone.get("/droits/chiffres/").content.decode()
    assert page.count("moins de 5") == 11, "requests of this month are counted next month"


def test_public_figures_are_linked_from_sign_in_and_show_nothing_else(landlord, sign_in, monkeypatch):
    anyone, url = sign_in("nobody"), "/droits/chiffres/"
    sign_in_page = anyone.get("/", follow=True).content.decode()
    assert f'href="{url}"' in sign_in_page[sign_in_page.index("<footer") :]
    before = len(events())
    page = anyone.get(url)
    body = page.content.decode()
    assert page.status_code == 200 and len(events()) == before
    assert set(re.findall(r'href="(/[^"#]*/)"', body)) == {"/accessibilite/", url}
    assert not [name for name in (*STAFF, "Dette", "Glycines") if name in body]
    assert anyone.post(url).status_code == 405
    assert 'href="/regles/"' in sign_in("awa").get(url).content.decode()
    monkeypatch.setattr(subject_requests, "RATE", {"figures": "2/m/ip"})
    assert 429 in {anyone.get(url).status_code for _try in range(4)}
