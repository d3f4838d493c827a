"""The main tasks, on real buildings: read cards, book and reverse a payment, give access, read the audit log."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error, expect

from tests.builders import events, run
from tests.e2e.landlord import building_name, owed, place_code, real_house
from tests.e2e.visit import Visit

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


def test_main_tasks_on_real_buildings(visit, shared_data):
    landlord = real_house(shared_data / "housing_paris" / "paris_habitat_programmes.csv")
    caretaker_walks_her_round(visit(**PHONE, reduced_motion="no-preference"), landlord)
    caretaker_is_refused_what_is_not_hers(visit(**PHONE), landlord)
    nothing_comes_back_after_she_has_left(visit(**PHONE), landlord)
    officer_keeps_an_account(visit(), landlord)
    administrator_gives_a_building_and_takes_it_back(visit(), visit(**PHONE), landlord)
    dpo_sees_all_of_it_and_nobodys_words(visit(), landlord)


def test_visit_reports_page_faults(browser, served):
    somebody = Visit(browser.new_page(), served)
    somebody.page.goto(f"{served}/entrer/")
    somebody.looks_over()
    assert somebody.problems() == []
    somebody.page.evaluate("""() => { document.body.style.width = '2000px'; console.error('unwell');
        return fetch('http://127.0.0.1:9/').catch(() => 0) }""")
    somebody.looks_over()
    with suppress(Error):
        somebody.page.goto("http://127.0.0.1:9/")
    problems = " ".join(somebody.problems())
    # The content security policy blocks the request to another host, and the browser logs this in the console.
    assert all(
        word in problems for word in ("inline", "wider than the screen", "unwell", "Content Security Policy", "outside")
    )


def test_visit_reports_an_unlabelled_field(browser, served):
    somebody = Visit(browser.new_page(), served)
    somebody.page.goto(f"{served}/entrer/")
    somebody.page.evaluate("() => document.querySelectorAll('label').forEach(label => label.remove())")
    somebody.looks_over()
    assert any(problem.startswith("axe: label") for problem in somebody.problems())


def test_visit_reports_browser_storage_and_small_targets(browser, served):
    context = browser.new_context()
    # This script stores data in the browser before the page can disable storage. `Visit` must report this as a fault.
    context.add_init_script("try { sessionStorage.setItem('a', 'b') } catch {}")
    somebody = Visit(context.new_page(), served)
    somebody.page.goto(f"{served}/entrer/")
    somebody.page.evaluate("""() => {
        const close = [1, 2].map(() => document.createElement('button'));
        close.forEach(one => { one.textContent = '×';
            one.style.cssText = 'all: revert; min-height: 0; width: 12px; height: 12px; padding: 0; margin: 0' });
        document.querySelector('main').prepend(...close);
    }""")
    somebody.looks_over()
    problems = " ".join(somebody.problems())
    assert "kept in the browser" in problems and "axe: target-size" in problems


def caretaker_walks_her_round(awa, landlord):
    building, card = f"/immeubles/{landlord.resident.building_id}/", f"/fiches/{landlord.resident.pk}/"
    awa.sign_in(landlord.caretaker)
    awa.sees("Mes immeubles" if awa.page.get_by_text("Mes immeubles").count() else "logements")
    awa.follows(building)
    awa.sees(landlord.resident.tenant.last_name)
    awa.follows(card)
    awa.sees(landlord.resident.tenant.display_name, building_name(landlord.resident), "Une fiche ne contient ni compte")
    expect(awa.page.locator('a[href^="tel:"]').first).to_be_visible()
    awa.does_not_see(landlord.account.reference)
    awa.chooses("Chercher")
    awa.types("Chercher un occupant", landlord.resident.tenant.last_name)
    awa.presses("Chercher")
    awa.sees(landlord.resident.tenant.display_name)
    assert landlord.resident.tenant.last_name not in awa.page.url
    awa.opens("/immeubles/chercher/")
    awa.types("Chercher un occupant", landlord.neighbour.tenant.last_name)
    awa.presses("Chercher")
    awa.sees("Personne dans vos immeubles ne correspond à cette recherche")


def caretaker_is_refused_what_is_not_hers(awa, landlord):
    neighbour = landlord.neighbour
    awa.sign_in(landlord.caretaker)
    content = awa.is_refused(f"/fiches/{neighbour.pk}/", 404)
    names = (neighbour.tenant.last_name, neighbour.tenant.phone or neighbour.tenant.last_name, building_name(neighbour))
    assert not [word for word in names if word in content]
    missing = awa.is_refused("/fiches/00000000-0000-4000-8000-000000000000/", 404)
    # The page about a resident (card) that the caretaker may not open must be answered like a page that does not exist.
    assert plain(content) == plain(missing)
    for page in ("", "bail/", "identite/"):
        content = awa.is_refused(f"/comptes/{landlord.account.reference}/{page}", 403)
        assert landlord.account.reference not in content and landlord.resident.tenant.last_name not in content


def nothing_comes_back_after_she_has_left(awa, landlord):
    awa.sign_in(landlord.caretaker)
    awa.opens(f"/fiches/{landlord.resident.pk}/")
    awa.sign_out()
    for _ in range(2):
        awa.goes_back()
        awa.sees("Se connecter")
        awa.does_not_see(landlord.resident.tenant.last_name, landlord.caretaker.name)


def officer_keeps_an_account(elise, landlord):
    before, reference = owed(landlord.account), landlord.account.reference
    elise.sign_in(landlord.officer)
    elise.types("Chercher un compte", reference)
    elise.presses("Chercher")
    # A search with one result leads straight to it, here to the page that asks for the purpose.
    elise.page.wait_for_url("**/motif/*")
    elise.says_why()
    elise.sees(landlord.resident.tenant.last_name, "Écritures")
    elise.types("Montant, en euros", "1 123,45")
    elise.page.get_by_text("Chèque", exact=True).click()
    elise.presses("Vérifier")
    elise.presses("Enregistrer")
    elise.sees("L’écriture est enregistrée dans le compte.")
    assert owed(landlord.account) == before - 112_345
    elise.page.get_by_role("row").filter(has_text="123,45").get_by_role("link").first.click()
    elise.page.get_by_label("Motif").select_option(index=1)
    elise.presses("Enregistrer l’annulation")
    elise.sees("L’écriture est annulée par une écriture contraire.")
    assert owed(landlord.account) == before
    elise.chooses("Imprimer un décompte")
    elise.sees("Solde avant", reference)
    assert elise.page.pdf().startswith(b"%PDF")


def administrator_gives_a_building_and_takes_it_back(jules, awa, landlord):
    card = f"/fiches/{landlord.neighbour.pk}/"
    awa.sign_in(landlord.caretaker)
    awa.is_refused(card, 404)
    jules.sign_in(landlord.administrator)
    jules.opens(f"/acces/affectations/confier/?personne={landlord.caretaker.pk}")
    jules.types("Immeuble", place_code(landlord.neighbour))
    jules.types("Dernier jour", run("SELECT to_char(loge_today() + 20, 'DD/MM/YYYY')")[0][0])
    jules.presses("Confier")
    jules.sees("L’affectation est enregistrée.")
    awa.opens(card)
    awa.sees(landlord.neighbour.tenant.display_name)
    given = run(
        "SELECT id FROM access_assignment WHERE person_id = %s AND place_id = %s",
        landlord.caretaker.pk,
        landlord.neighbour.building_id,
    )
    jules.follows(f"/acces/affectations/{given[0][0]}/terminer/")
    jules.presses("Mettre fin")
    jules.sees("La fin est enregistrée.")
    awa.page.get_by_role("main").locator(f'a[href="/immeubles/{landlord.neighbour.building_id}/"]').first.click()
    awa.sees("n’est pas dans votre périmètre")
    awa.does_not_see(landlord.neighbour.tenant.last_name, building_name(landlord.neighbour))


def dpo_sees_all_of_it_and_nobodys_words(ines, landlord):
    ines.sign_in(landlord.dpo)
    for kind, sentence in (("card_opened", "Fiche ouverte"), ("search_run", "Recherche lancée")):
        ines.opens(f"/trace/mentions/?kind={kind}")
        ines.sees(sentence)
    ines.opens("/trace/mentions/?outcome=refusals")
    refusals = list(events(kind="refused"))
    assert ines.page.locator(".refused").count() == len(refusals) == 7
    ines.opens("/trace/mentions/")
    ines.sees(
        "Compte ouvert",
        "Paiement enregistré",
        "Écriture annulée",
        "Affectation donnée",
        "Fin d’affectation enregistrée",
    )
    # Search for full names, because a street may have the last name of somebody.
    named = (landlord.resident.tenant.display_name, landlord.neighbour.tenant.display_name, landlord.caretaker.name)
    ines.does_not_see(*named)
    ines.chooses("La trace")
    ines.sees("Consultations par semaine")
    searches = [(line["actor"], line["count"], line["facts"]) for line in events(kind="search_run")]
    assert [who for who, _count, _facts in searches] == [landlord.caretaker.pk] * 2 + [landlord.officer.pk]
    assert searches[0][1] >= 1 and searches[1][1] == 0
    assert not [line for line in events() if landlord.resident.tenant.last_name.lower() in str(line).lower()]


def plain(page: str) -> str:
    """Return the page without its CSRF token and times, so that two pages can be compared."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|\d+:\d\d(:\d\d)?|datetime="[^"]*"', "", page)
