"""A look contested, a datum corrected or objected to: a reasoned answer in a month, and an apology where one is due."""

import re
from datetime import date

from django.utils import translation
from django.utils.formats import date_format

from tenants.delays import extended_until
from tenants.disclosure.slips import Slip, signed
from tenants.models import LookDeferral, SubjectRequest
from tenants.models.subject_request import Right
from tenants.views import subject_requests
from tests.builders import OWNER, events, make_demand, paris_day, run
from tests.tenants.test_disclosure import (
    CALM,
    PAIR,
    STAFF,
    TAKE,
    WRITTEN,
    asked_for,
    back_date,
    bare,
    demand,
    kinds,
    receipt,
    tenant,
)

SORRY, APOLOGY = "nous vous présentons nos excuses", "we apologise"
NUMBER = "Aucun relevé de cette personne ne porte ce numéro"
NAMES = ("Bernard", "Élise", "Haddad")


def latest() -> SubjectRequest:
    return SubjectRequest.objects.using(OWNER).order_by("-opened_on", "closed_on").filter(closed_on=None)[0]


def test_a_look_is_contested_at_the_counter_and_answered_with_an_apology(house, sign_in):
    paola, ines = sign_in("paola"), sign_in("ines")
    sign_in("elise").get(f"/comptes/{house.account(PAIR).reference}/")
    told = receipt(ines, asked_for(house))
    number = next(one["number"] for one in told["looks"] if one["kind"] == "account_opened")
    SubjectRequest.objects.using(OWNER).update(answer="given", closed_on=paris_day(), closed_by=house.person("ines"))
    for wrong in ({"look": ""}, {"look": "nought"}, {"kind": "rectify"}, {"kind": "erase"}):
        page = demand(paola, house, PAIR, "Marie", **{"kind": "contest", "look": number, **wrong})
        assert page.status_code == 200, wrong
    assert demand(paola, house, PAIR, "Marie", kind="contest", look=number.upper(), matter="notes").status_code == 302
    asked = latest()
    assert (asked.kind, asked.look, asked.matter) == ("contest", number, "")
    page = f"/droits/{asked.pk}/"
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
    assert ines.post(page, {**answer, "answer": "refused"}).status_code == 200, "an answer is given once"
    facts = [e["facts"]["answer"] for e in events(kind="subject_request_answered")]
    assert facts == ["upheld"]
    again = receipt(ines, asked_for(house))
    assert kinds(again).count("subject_letter_printed") == 1
    assert "subject_letter_printed" not in kinds(receipt(ines, asked_for(house, PAIR, "Paul")))


def test_the_number_is_one_that_this_person_s_receipt_prints(house, sign_in):
    """Alike for one that nobody has, another's, and one that is told later; and only once it is known who asks."""
    paola, ines, elise = sign_in("paola"), sign_in("ines"), sign_in("elise")
    for name in (PAIR, CALM):
        elise.get(f"/comptes/{house.account(name).reference}/")
    theirs = {first: receipt(ines, asked_for(house, PAIR, first))["looks"] for first in ("Marie", "Paul")}
    other = receipt(ines, asked_for(house, CALM, "Anne"))["looks"]
    shared, hers = [{one["number"]: one["kind"] for one in theirs[first]} for first in ("Paul", "Marie")]
    [account] = [number for number, kind in hers.items() if kind == "account_opened"]
    assert shared.get(account) == "account_opened"
    [elsewhere] = [one["number"] for one in other if one["kind"] == "account_opened"]
    [prepared] = [one["number"] for one in theirs["Paul"] if one["kind"] == "disclosure_prepared"]
    before = SubjectRequest.objects.using(OWNER).count()

    def asked(number: str, client=paola, first: str = "Marie", path: str = TAKE) -> str:
        page = demand(client, house, PAIR, first, path, kind="contest", look=number)
        assert page.status_code == 200, number
        return bare(page)

    told = {asked(number) for number in ("00000000", "ffffffff", elsewhere, prepared)}
    assert len(told) == 1 and NUMBER in told.pop()
    back_date("identity_tried", days=1)
    assert NUMBER in asked(elsewhere, ines, path=WRITTEN)
    assert NUMBER not in asked(account, first="Anne")  # nobody of that name: of a number nothing is said
    [(event,)] = run("SELECT id FROM audit_event WHERE starts_with(id::text, %s)", account)
    deferred = LookDeferral.objects.using(OWNER).create(
        event=event,
        ground="judicial_inquiry",
        asked_by=house.person("ines"),
        asked_on=paris_day(-20),
        until=paris_day(9),
        agreed_by=house.person("paul"),
        agreed_on=paris_day(-20),
    )
    assert NUMBER in asked(account)
    LookDeferral.objects.using(OWNER).filter(pk=deferred.pk).update(until=paris_day(-1))
    assert SubjectRequest.objects.using(OWNER).count() == before
    assert demand(paola, house, PAIR, "Marie", kind="contest", look=account).status_code == 302


def test_a_correction_and_an_objection_say_of_what_and_a_refusal_says_why(house, sign_in):
    ines = sign_in("ines")
    for kind, answer, reason in (("rectify", "refused", "data_right"), ("object", "partly", "situation_prevails")):
        assert (
            demand(ines, house, PAIR, "Marie", WRITTEN, kind=kind, matter="notes", look="0a0b0c0d").status_code == 302
        )
        asked = latest()
        assert (asked.kind, asked.matter, asked.look) == (kind, "notes", "")
        said = {"case": "1", "answer": answer, "reason": reason, "measure": "erased" if answer == "partly" else ""}
        assert ines.post(f"/droits/{asked.pk}/", said).status_code == 302
        letter = ines.get(f"/droits/{asked.pk}/lettre/").content.decode()
        assert (SORRY in letter, APOLOGY in letter) == ((answer == "partly"),) * 2 and "une note" in letter
    assert demand(sign_in("paola"), house, PAIR, "Marie", TAKE, kind="object", matter="").status_code == 200


def test_an_extension_is_told_on_paper_with_its_reason_and_its_day(house, sign_in):
    ines = sign_in("ines")
    asked = make_demand(house.person("ines"), tenant(house, PAIR, "Marie"), asked=-20)
    page, letter = f"/droits/{asked.pk}/", f"/droits/{asked.pk}/prolongation/"
    assert ines.get(letter).status_code == 404 and letter not in ines.get(page).content.decode()
    assert ines.post(page, {"extend": "1", "reason": "complexity"})["Location"] == letter
    told = ines.get(letter).content.decode()
    until = extended_until(asked.opened_on)
    assert "Marie Dette-Glycines A" in told and asked.number in told and "art.\u00a012-3" in told
    assert "plusieurs baux ou plusieurs années" in told and "several leases or several years" in told
    assert day_said(asked.due_on) in told and str(until.year) in told
    assert day_said(until) in told and not [name for name in NAMES if name in told[told.index("<main") :]]
    assert letter in ines.get(page).content.decode()
    assert sign_in("paola").get(letter).status_code == sign_in("elise").get(letter).status_code == 403
    assert [e["facts"]["request"] for e in events(kind="subject_extension_printed", outcome="shown")] == [str(asked.pk)]
    assert ines.post(page, {"prepare": "1"}).status_code == 302, "what was asked goes on"
    ines.post(page, {"answer": "given"})
    assert ines.get(letter).status_code == 200, "it stays to be shown that it was told"
    assert kinds(receipt(ines, asked_for(house))).count("subject_extension_printed") == 2


def day_said(day: date) -> str:
    """As the letter writes it in French, without its year."""
    with translation.override("fr"):
        return date_format(day, "j F")


def test_the_counter_hands_over_a_slip_that_names_nobody(house, sign_in, monkeypatch):
    """The number, the right and two days; for the clerk who took it, for an hour, and not one sign of it changed."""
    paola = sign_in("paola")
    slip = demand(paola, house, PAIR, "Marie", kind="object", matter="notes")["Location"]
    asked = latest()
    page = paola.get(slip).content.decode()
    told = page[page.index("<main") :]
    assert told.count(asked.number) == 2 and "Opposition à ce qu’une donnée soit tenue" in told
    assert "Objection to data being held" in told and "déléguée à la protection des données" in told
    assert day_said(asked.opened_on) in told and day_said(asked.due_on) in told and str(asked.due_on.year) in told
    names = ("Marie", "Dette", house.account(PAIR).reference, "Glycines", *STAFF)
    assert not [name for name in names if name in told] and str(asked.pk) not in told
    assert [(e["facts"], e["about"]) for e in events(kind="subject_slip_printed", outcome="shown")] == [
        ({"request": str(asked.pk)}, None)
    ]
    assert (
        paola.get(f"{TAKE}{signed(Slip(asked.pk, Right.OBJECT, paris_day()), house.person('elise'))}/").status_code
        == 404
    )
    assert paola.get(f"{slip[:-2]}x/").status_code == 404 and paola.get(f"{TAKE}nothing/").status_code == 404
    assert sign_in("elise").get(slip).status_code == 403
    monkeypatch.setattr("tenants.disclosure.slips.HOUR", -1)
    assert paola.get(slip).status_code == 404


def test_figures_are_everyones_and_of_few_there_are_none(house, sign_in):
    """Four demands are fewer than five; of five answers the shares are told, to the ten. Of whole months."""
    anyone, marie, ines = sign_in("nobody"), tenant(house, PAIR, "Marie"), house.person("ines")
    right = {"kind": "rectify", "matter": "notes", "answer": "upheld", "reason": "data_wrong", "measure": "erased"}

    def answered(after: int, **said) -> None:
        make_demand(ines, marie, asked=-90, closed_on=paris_day(-90 + after), closed_by=ines, **said)

    for _one in range(4):
        answered(10, **right)
    few = anyone.get("/droits/chiffres/").content.decode()
    assert few.count("moins de 5") == 8 and ">100<" not in few
    answered(50, **{**right, "answer": "refused", "measure": ""})
    many = anyone.get("/droits/chiffres/").content.decode()
    told = many[many.index("<main") :]
    assert told.count(">80<") == 2 and ">10<" in told and told.count("moins de 5") == 6
    assert "Marie" not in told and "Dette" not in told
    today = paris_day()
    for _one in range(5):
        make_demand(ines, marie, kind="object", matter="notes")
        make_demand(
            ines, marie, asked=-90, kind="contest", look="0a0b0c0d", closed_on=today, closed_by=ines, answer="withdrawn"
        )
    said = anyone.get("/droits/chiffres/").content.decode()
    assert said.count("moins de 5") == 5, "asked and answered this month: not said before the next"


def test_the_public_figures_are_linked_from_the_way_in_and_tell_nothing_else(house, sign_in, monkeypatch):
    anyone, here = sign_in("nobody"), "/droits/chiffres/"
    way_in = anyone.get("/", follow=True).content.decode()
    assert f'href="{here}"' in way_in[way_in.index("<footer") :]
    before = len(events())
    page = anyone.get(here)
    body = page.content.decode()
    assert page.status_code == 200 and len(events()) == before
    assert set(re.findall(r'href="(/[^"#]*/)"', body)) == {"/accessibilite/", here}
    assert not [name for name in (*STAFF, "Dette", "Glycines") if name in body]
    assert anyone.post(here).status_code == 405
    assert 'href="/regles/"' in sign_in("awa").get(here).content.decode()
    monkeypatch.setattr(subject_requests, "RATE", {"figures": "2/m/ip"})
    assert 429 in {anyone.get(here).status_code for _try in range(4)}
