"""A dwelling is let again through the pages of every role, from the notice of its tenant to the next lease.

In a second test, a household nominated by the prefect is the only candidate. The commission member who knows this
household must not read its sheet or vote.
"""

import os
import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import expect

from allocations.actions.scores import compute_scores
from allocations.models import Priority, Session
from buildings.models import Unit
from tests.allocations.builders import give_share, make_base, make_contingent
from tests.allocations.commission import make_applications, make_commission
from tests.allocations.sessions import make_session
from tests.builders import OWNER, events, paris_day, run
from tests.clones import stand_on
from tests.e2e.conftest import arrivals, serve, session_of
from tests.e2e.device import Device, cut_key
from tests.form_values import typed
from tests.noninterference.harness import plain

pytestmark = pytest.mark.browser
TOP = "Office des Trois-Rives"
PHONE, TABLET = {"width": 390, "height": 844}, {"width": 768, "height": 1024}
SCREENS = {"elise": {}, "aline": {}, "rosa": {"color_scheme": "dark"}, "mehdi": PHONE, "marion": TABLET}
# Person -> the most clicks that this person may need between the tenant's notice and the next lease.
MOST_CLICKS = {"elise": 9, "aline": 67, "rosa": 19, "camille": 26, "mehdi": 3, "marion": 6}


def test_dwelling_goes_from_a_notice_to_the_next_lease(call_on, arrive, landlord, sign_in):
    account, applications = prepared(landlord)
    unit = account.lease.main_unit
    people = {name: call_on(name, **screen) for name, screen in SCREENS.items()}
    people["camille"] = camille = chair_with_a_key(arrive, landlord)
    clicks = counted(people)
    elise, aline, rosa = people["elise"], people["aline"], people["rosa"]
    gives_notice(elise, account)
    bruno = sign_in("bruno")
    before = caretakers_pages(bruno, unit)
    enters_terms(rosa, aline, unit)
    vacancy = declares(aline, unit)
    orients_as_advised(rosa, vacancy)
    designates_three(aline, vacancy)
    prepares_sheets(aline, 3)
    convenes(rosa, landlord)
    puts_on_agenda(aline)
    opens_session(camille)
    item = ranks_two_and_refuses_one(camille)
    vote(people, item)
    counts(camille, item, 3)
    closes(camille, item)
    signs_with_a_fresh_factor(camille)
    offers(aline, vacancy, 1, "refused")
    offers(aline, vacancy, 2, "accepted")
    hands_over(aline)
    signs_lease(elise)
    assert run("SELECT state FROM allocations_vacancy") == [("let",)]
    assert run("SELECT id, closing_motive FROM allocations_application WHERE state = 'closed'") == [
        (applications[1].pk, "signed_lease")
    ]
    states = run("SELECT state FROM allocations_candidacy ORDER BY number")
    assert states == [("refused",), ("accepted",), ("declined",)]
    # The caretaker's pages must not change: they list arrivals of the next two weeks, and the new tenant arrives later.
    assert caretakers_pages(bruno, unit) == before
    assert b"Arrive-Glycines B" in before[0].body and b"Candidat" not in before[0].body
    assert {name: count for name, count in clicks.items() if count > MOST_CLICKS[name]} == {}


def prepared(landlord):
    """Return the account of a dwelling with two rooms, and applications for such a dwelling.

    Of the dwellings to let this year, 80 are reserved for candidates of the landlord itself.
    """
    account, applications = landlord.account("Calme-Glycines B"), make_applications(landlord)
    Unit.objects.using(OWNER).filter(pk=account.lease.main_unit_id).update(type="T2")
    give_share(make_contingent(landlord.place(TOP), TOP, "landlord"), make_base(), 200)
    compute_scores(by="compute_scores")
    return account, applications


def chair_with_a_key(arrive, landlord):
    """Open a browser on a tablet for Camille (chair of the commission), who signed in an hour ago and has a passkey."""
    camille, person = arrive(**TABLET), landlord.person("camille")
    cut_key(person)
    camille.carries(session_of(person, ago=3600))
    camille.device = Device(camille.page)
    assert camille.device.knows(person.pk)
    return camille


def counted(people) -> Counter[str]:
    """Return a counter of each person's clicks and taps, which counts from now on."""
    clicks: Counter[str] = Counter()

    def listen(name, page) -> None:
        page.add_init_script("addEventListener('pointerdown', () => console.debug('pointer'), true)")
        page.on("console", lambda message: clicks.update([name] if message.text == "pointer" else []))

    for name, somebody in people.items():
        listen(name, somebody.page)
    return clicks


def caretakers_pages(bruno, unit):
    building = f"/immeubles/{unit.building_id}/"
    return [plain(bruno.get(building + page)) for page in ("", "?vue=liste", "vacants/")]


def clicks_on(somebody, role, name) -> None:
    somebody.page.get_by_role("main").get_by_role(role, name=re.compile(name)).click()
    somebody.looks_over()


def picks(somebody, field, value) -> None:
    somebody.page.locator(f"#id_{field} input[value='{value}']").check()


# --- From the notice to the shortlist ---------------------------------------------------------------------------------


def gives_notice(elise, account) -> None:
    elise.opens(f"/comptes/{account.reference}/bail/")
    elise.chooses("Enregistrer un congé")
    elise.types("Dernier jour du bail", typed(30))
    elise.presses("Enregistrer le congé")
    elise.sees("Rien n’est encore enregistré")
    elise.presses("Enregistrer le congé")
    elise.sees("Le congé est enregistré.")


def enters_terms(rosa, aline, unit) -> None:
    """Aline (allocation officer) cannot declare a dwelling without letting terms.

    Rosa (allocation manager) therefore enters the terms, such as the rent.
    """
    aline.opens("/")
    aline.chooses("Logements vacants")
    aline.sees("Conditions de location à saisir par le responsable du peuplement.")
    assert not aline.page.locator(f"main a[href$='/declarer/{unit.pk}/']").count()
    rosa.opens("/")
    rosa.chooses("Logements vacants")
    rosa.follows(f"/attribution/conditions/{unit.pk}/")
    picks(rosa, "financing", "PLUS")
    picks(rosa, "zone", "paris")
    rosa.types("Loyer mensuel hors charges, en euros", "450")
    rosa.types("Provision pour charges, en euros", "60")
    rosa.types("D’après la liste des quartiers du", typed(-100))
    rosa.presses("Enregistrer")
    rosa.sees("Les conditions de location sont enregistrées.")


def declares(aline, unit) -> str:
    """Declare the dwelling vacant, and return the id of the vacancy."""
    aline.chooses("Logements vacants")
    aline.follows(f"/attribution/logements/declarer/{unit.pk}/")
    aline.sees("Libre à partir du")
    aline.does_not_see("Calme-")
    aline.presses("Déclarer")
    aline.sees("Le logement vacant est déclaré.")
    [(vacancy, available_on)] = run("SELECT id, available_on FROM allocations_vacancy")
    assert available_on == paris_day(31)
    return str(vacancy)


def orients_as_advised(rosa, vacancy) -> None:
    rosa.chooses("Orientation")
    rosa.sees("Vous décidez de chaque orientation", "80 logements à recevoir")
    rosa.follows(f"/attribution/orientation/{vacancy}/")
    rosa.presses("Orienter")
    rosa.sees("Le logement est orienté.")
    [row] = run(
        "SELECT c.kind, v.orientation_reason FROM allocations_vacancy v"
        " JOIN allocations_contingent c ON c.id = v.contingent_id"
    )
    assert row[0] == "landlord" and row[1]


def opens_candidates(aline, vacancy) -> None:
    aline.chooses("Logements vacants")
    aline.follows(f"/attribution/logements/{vacancy}/")
    aline.chooses("Présélection et candidats")


def designates_three(aline, vacancy) -> None:
    opens_candidates(aline, vacancy)
    aline.presses("Établir la présélection")
    aline.sees("La présélection est établie.")
    aline.does_not_see("Candidat0", "0751125")
    for rank in (1, 2, 3):
        clicks_on(aline, "button", rf"^Désigner.*rang {rank}$")
        aline.sees(f"Le rang {rank} est désigné")


def opens_file(aline, number) -> None:
    clicks_on(aline, "button", rf"^Ouvrir le dossier.*fiche n°.{number}$")
    aline.sees(f"Candidature, fiche n° {number}")


def prepares_sheets(aline, last) -> None:
    """Prepare the numbered sheets 1 to `last`, one after the other, beginning at the page of the shortlist.

    The button of each sheet opens the next sheet. The button of the last sheet leads back to the shortlist.
    """
    opens_file(aline, 1)
    aline.chooses("Préparer la fiche")
    for number in range(1, last + 1):
        aline.page.locator("#id_resources_cents").fill("1 600")
        aline.page.locator("#id_aid_cents").fill("0")
        clicks_on(aline, "button", rf"ouvrir la fiche n°.{number + 1}$" if number < last else "^Préparer la fiche$")
    aline.sees("Toutes les fiches de ce logement le sont.")
    expect(aline.page.locator(".candidates")).to_contain_text("Ouvrir le dossier")


# --- The commission ---------------------------------------------------------------------------------------------------


def convenes(rosa, landlord) -> None:
    rosa.chooses("Séances")
    rosa.chooses("Convoquer une séance")
    rosa.types("Jour", typed(1))
    rosa.types("Heure", "9 h")
    rosa.presses("Convoquer")
    rosa.sees("La séance est convoquée. Donnez les sièges.")
    seats = {"camille": ("landlord", "chairs"), "mehdi": ("tenants", ""), "marion": ("mayor", "casting")}
    for name, (voice, more) in seats.items():
        person = landlord.person(name)
        rosa.page.locator("#id_person").select_option(str(person.pk))
        picks(rosa, "voice", voice)
        if more:
            rosa.page.locator(f"#id_{more}").check()
        rosa.presses("Donner ce siège")
        expect(rosa.page.locator(".seats")).to_contain_text(person.name)
    rosa.sees("Quorum possible.", "2 nécessaires")


def puts_on_agenda(aline, few_reason="") -> None:
    aline.chooses("Inscrire à une séance")
    aline.page.locator("#id_session input").check()
    if few_reason:
        picks(aline, "few_reason", few_reason)
    aline.presses("Inscrire")
    aline.sees("Le logement est inscrit à la séance.")


def enters_session(member) -> None:
    member.opens("/")
    member.sees("Mes séances")
    [(session,)] = run("SELECT id FROM allocations_session")
    member.follows(f"/commission/{session}/")


def enters_dwelling(member) -> str:
    """Open the sheets of the session's only dwelling, and return the path of their page."""
    [(item,)] = run("SELECT id FROM allocations_agendaitem")
    member.follows(f"/commission/logements/{item}/")
    return f"/commission/logements/{item}/"


def opens_session(camille) -> None:
    enters_session(camille)
    camille.chooses("Ouvrir la séance")
    camille.sees("Marquez les membres présents.")
    for box in camille.page.locator("#id_present input").all():
        box.check()
    camille.presses("Ouvrir la séance")
    camille.sees("La séance est ouverte.", "Quorum atteint.")


def ranks_two_and_refuses_one(camille) -> str:
    item = enters_dwelling(camille)
    camille.sees("Fiche n° 1", "Fiche n° 3", "reste à vivre")
    camille.does_not_see("Candidat0", "0751125")
    for number, decision in enumerate(("b", "b", "d:other_ranked_before"), start=1):
        proposes(camille, number, decision)
    return item


def proposes(camille, number, decision) -> None:
    clicks_on(camille, "link", rf"^Proposer.*fiche n°.{number}$")
    picks(camille, "decision", decision)
    camille.presses("Proposer aux membres")
    camille.sees("La décision est proposée aux membres.")


def vote(people, item) -> None:
    """Let the three commission members vote. Marion (for the mayor) votes against the refusal of a candidate."""
    people["camille"].presses("Pour toutes les propositions de ce logement")
    for name in ("mehdi", "marion"):
        enters_session(people[name])
        assert enters_dwelling(people[name]) == item
        people[name].does_not_see("Candidat0", "0751125", "Proposer aux membres")
    people["mehdi"].presses("Pour toutes les propositions de ce logement")
    marion = people["marion"]
    for number, choice in enumerate(("for", "for", "against"), start=1):
        marion.page.locator(f"[aria-labelledby=fiche-{number}] input[value={choice}]").check()
    marion.presses("Voter")
    for name in ("camille", "mehdi", "marion"):
        people[name].sees("Vos 3 votes sont enregistrés.")


def counts(camille, item, voters) -> None:
    """As the chair, count the members' votes on each candidate for the dwelling, with one click per candidate."""
    camille.opens(item)
    buttons = camille.page.get_by_role("button", name=re.compile("^Compter les voix"))
    for _ in range(buttons.count()):
        buttons.first.click()
        camille.sees("La décision est adoptée.", f"{voters} pour" if voters == 2 else "pour")
        camille.looks_over()


def closes(camille, item) -> None:
    [(session,)] = run("SELECT id FROM allocations_session")
    camille.follows(f"/commission/{session}/")
    camille.chooses("Clore la séance")
    camille.sees("Toutes les fiches ont leur décision.")
    camille.presses("Clore")
    camille.sees("La séance est close.")


def signs_with_a_fresh_factor(camille) -> None:
    camille.chooses("Procès-verbal")
    camille.sees("demande une confirmation de votre identité de moins de dix minutes")
    camille.does_not_see("Candidat0")
    camille.page.get_by_role("button", name="Utiliser ma clé").click()
    camille.page.wait_for_url(lambda url: urlsplit(url).path.endswith("/proces-verbal/"))
    camille.looks_over()
    camille.sees("Imprimez d’abord.", "Candidat0 Anne", "2 pour, 1 contre")
    camille.presses("Signer le procès-verbal")
    camille.sees("Le procès-verbal est signé")
    assert run("SELECT state FROM allocations_session") == [("signed",)]


# --- From the offer to the lease --------------------------------------------------------------------------------------


def offers(aline, vacancy, number, answer) -> None:
    """Print the decision letter, offer the dwelling, and record the notification and the candidate's answer."""
    opens_candidates(aline, vacancy)
    opens_file(aline, number)
    aline.chooses("Lettre de décision")
    aline.sees("La commission a classé votre candidature", f"Candidat{number - 1}")
    assert aline.page.pdf().startswith(b"%PDF")
    aline.chooses("Candidature")
    aline.chooses("Proposer le logement")
    aline.sees("Le logement est proposé rang par rang.")
    aline.presses("Proposer le logement")
    aline.sees("Une proposition ne peut pas être reprise")
    aline.presses("Proposer le logement")
    aline.sees("Un logement vous est proposé", "Vous avez 10 jours pour répondre.")
    aline.chooses("Candidature")
    aline.chooses("Notification de la proposition")
    picks(aline, "delivery", "handed")
    aline.types("Remise ou présentée le", typed())
    aline.presses("Enregistrer la remise")
    aline.sees("La notification est enregistrée.")
    aline.chooses("Réponse du candidat")
    picks(aline, "answer", answer)
    aline.presses("Enregistrer la réponse")
    aline.sees("Une réponse ne change plus")
    aline.presses("Enregistrer")
    aline.sees("La réponse est enregistrée.")


def hands_over(aline) -> None:
    aline.chooses("Candidature")
    aline.chooses("Transmettre pour la signature du bail")
    aline.sees("Voulez-vous que seules les personnes qui s’occupent de votre bail")
    picks(aline, "discreet", "no")
    aline.presses("Transmettre")
    aline.sees("Le candidat est transmis à la gestion locative")


def signs_lease(elise) -> None:
    elise.chooses("Baux à signer")
    elise.sees("Aucun nom n’est affiché ici.")
    elise.does_not_see("Candidat1")
    [(handed,)] = run("SELECT candidacy_id FROM allocations_handover")
    elise.follows(f"/baux/attributions/{handed}/")
    elise.sees("Anne Candidat1")
    elise.presses("Vérifier")
    elise.sees("La signature radie la demande de logement aujourd’hui.")
    elise.presses("Enregistrer le bail signé")
    elise.page.wait_for_url("**/comptes/**")
    elise.sees("Le bail est enregistré, et la demande de logement est radiée.")
    elise.says_why()
    elise.sees("Anne Candidat1", "Prend effet")


# --- A household of the prefect, and a member who knows it ------------------------------------------------------------


@pytest.fixture
def nominators(landlord, browser, monkeypatch):
    """Provide a function that opens a browser page on the site for reserving bodies, such as a prefecture."""
    database = str(settings.DATABASES["owner"]["NAME"])
    for base in serve(database, monkeypatch, DATABASE_URL=os.environ["LOGE_CONTINGENT_URL"]):
        stand_on(database)
        yield from arrivals(browser, base)


@pytest.fixture
def reserved(landlord):
    """Provide a commission with a dwelling that is reserved for the prefect's candidates.

    The first application has a recognised priority (DALO, the enforceable right to housing).
    """
    commission = make_commission(landlord)
    contingent = make_contingent(landlord.place(TOP), "Préfecture de Paris", "state_priority", landlord.person("nadia"))
    contingent._state.db = "default"
    commission.orient(contingent)
    days = {"attested_on": paris_day(-20), "ends_on": paris_day(90), "recorded_on": paris_day(-10)}
    Priority(
        application=commission.applications[0],
        code="dalo",
        proof="decision",
        recorded_by_id=landlord.person("aline").pk,
        **days,
    ).save(using=OWNER)
    make_session(*(landlord.person(name) for name in ("camille", "mehdi", "marion")))
    return commission


def test_household_of_the_prefect_is_presented_alone_without_the_member_who_knows_it(
    nominators, call_on, landlord, reserved
):
    nadia, household, vacancy = nominators(**PHONE), reserved.applications[0], str(reserved.vacancy.pk)
    nadia.carries(session_of(landlord.person("nadia")))
    nominates(nadia, vacancy, household)
    aline, camille, marion = call_on("aline"), call_on("camille", **TABLET), call_on("marion")
    mehdi = call_on("mehdi", **PHONE, color_scheme="dark")
    aline.opens("/")
    opens_candidates(aline, vacancy)
    aline.sees("Préfecture de Paris désigne les candidats de ce logement")
    aline.does_not_see("Candidat0")
    prepares_sheets(aline, 1)
    puts_on_agenda(aline, "dalo")

    recuses_himself(mehdi, household)
    opens_session(camille)
    item = enters_dwelling(camille)
    camille.sees("ménage désigné par le préfet au titre du DALO")
    proposes(camille, 1, "a")
    reads_and_votes_nothing(mehdi)
    enters_session(marion)
    enters_dwelling(marion)
    for member in (camille, marion):
        member.presses("Pour toutes les propositions de ce logement")
        member.sees("Votre vote est enregistré.")
    counts(camille, item, 2)
    closes(camille, item)

    nadia.opens(f"/reservations/{vacancy}/")
    nadia.sees("présentée")
    nadia.does_not_see("attribution simple", "Décision")
    reserved.session = Session.objects.using(OWNER).get()
    reserved.sign()
    nadia.opens(f"/reservations/{vacancy}/")
    expect(nadia.page.locator("[aria-labelledby=candidats]")).to_contain_text("attribution")
    readers = {event["actor"] for event in events(kind="sheet_shown")}
    assert readers == {landlord.person("camille").pk, landlord.person("marion").pk}
    voters = run("SELECT s.person_id FROM allocations_vote v JOIN allocations_seat s ON s.id = v.seat_id")
    assert {voter for (voter,) in voters} == readers


def nominates(nadia, vacancy, household) -> None:
    nadia.opens("/")
    nadia.sees("Préfecture de Paris")
    nadia.follows(f"/reservations/{vacancy}/")
    nadia.chooses("Désigner un candidat")
    nadia.types("Numéro unique", household.number)
    nadia.types("Nom du demandeur", "Candidat0")
    nadia.presses("Désigner")
    nadia.sees("Le candidat est désigné.", "Anne Candidat0", "Fiche pas encore préparée.")


def recuses_himself(mehdi, household) -> None:
    enters_session(mehdi)
    mehdi.chooses("Me récuser")
    mehdi.page.locator("#id_number").fill(household.number)
    mehdi.presses("Me récuser")
    mehdi.sees("si cette demande est candidate, sa fiche ne vous sera pas montrée")


def reads_and_votes_nothing(mehdi) -> None:
    enters_dwelling(mehdi)
    mehdi.sees("Vous êtes récusé pour 1 fiche", "Aucune fiche à lire.")
    mehdi.does_not_see("Fiche n° 1", "reste à vivre", "Voter")
