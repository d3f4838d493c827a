"""The sector manager finds a stand-in, requests access for a person, and has a caretaker pass on a message.

The manager also decides a contested refusal: the screening refused a sentence, and its author objected. The manager
must not be able to open any account.
"""

import pytest
from django.core.management import call_command

from tests.builders import events, paris_day, run, seal_sentence
from tests.e2e.leaving import goes_home
from tests.form_values import typed

pytestmark = pytest.mark.browser
WORDS = "Est sous chimiothérapie."


def test_manager_fills_a_coverage_gap(come_in, landlord):
    """A caretaker leaves in five days. The manager must see that nobody covers the building then, and fill the gap."""
    run("UPDATE access_assignment SET last_day = %s WHERE person_id = %s", paris_day(5), landlord.person("bruno").pk)
    georges, reference = come_in("georges"), landlord.account("Dette-Glycines A").reference
    reads_the_board(georges, landlord)
    fills_the_gap(georges, landlord)
    asks_and_cannot_decide(georges, landlord)
    content = georges.is_refused(f"/comptes/{reference}/", 403)
    assert (
        "Votre rôle ne donne pas accès à cette page" in content
        and "il faut un rôle" in content
        and reference not in content
    )
    goes_home(georges, "Glycines", "Noël Caron", "Georges Petit")


def test_manager_assigns_a_message_and_decides_a_contest(come_in, landlord):
    account, paul = landlord.account("Dette-Glycines A"), landlord.person("paul")
    seal_sentence(account, landlord.person("elise"), WORDS, proposal="erased", proposed_by=paul)
    georges = come_in("georges", 390, 844, color_scheme="dark")
    gives_a_message(georges, landlord)
    decides_without_the_words(georges)
    content = georges.is_refused(f"/immeubles/{landlord.building('Quai 9').pk}/", 404)
    assert "Quai 9" not in content and "Calme-Quai" not in content
    goes_home(georges, "Glycines", "Dette-", "Georges Petit")


def reads_the_board(georges, landlord):
    """The manager's board must list the building without a caretaker. It must not show exact debts of small groups."""
    georges.chooses("Tableau")
    georges.sees("seront comptées la nuit prochaine", "Glycines B", "Demandes d’accès à décider")
    call_command("measure_board")
    georges.opens("/tableau/")
    georges.sees("moins de 10", "Vacants, sur 8 logements")
    georges.does_not_see("Dette-", "487,20", "1 461")
    georges.is_refused(f"/tableau/?lieu={landlord.place('Secteur Quai').pk}", 404)


def fills_the_gap(georges, landlord):
    georges.chooses("Remplacements")
    georges.chooses("Voir la couverture")
    georges.sees("une période sans gardien ou deux titulaires")
    georges.page.locator("a.bar.gap").first.click()
    georges.page.wait_for_url("**/remplacements/confier/**")
    georges.types("Personne", landlord.person("awa").email)
    georges.types("Dernier jour", typed(50))
    georges.page.get_by_text("remplacement, poste vacant").click()
    georges.presses("Confier")
    georges.sees("31 jours")
    assert not run("SELECT 1 FROM access_assignment WHERE reason = 'stand_in_vacancy'")
    georges.types("Dernier jour", typed(36))
    georges.presses("Confier")
    georges.sees("Le remplacement est confié.", "poste vacant")
    days = run("SELECT last_day - first_day + 1 FROM access_assignment WHERE reason = 'stand_in_vacancy'")
    assert days == [(31,)]


def asks_and_cannot_decide(georges, landlord):
    noel = landlord.person("noel")
    georges.chooses("Demandes")
    georges.chooses("Demander un accès")
    georges.types("Personne", noel.email)
    georges.page.get_by_label("Rôle").select_option("officer")
    georges.types("Lieu", landlord.place("Secteur Glycines").code)
    georges.types("Dernier jour", typed(90))
    georges.presses("Demander")
    georges.sees("L’accès ne sera ouvert qu’après l’approbation d’une autre personne.", noel.name)
    [(request,)] = run("SELECT id FROM access_accessrequest")
    georges.opens(f"/acces/demandes/{request}/")
    assert georges.page.get_by_role("link", name="Retirer").is_visible()
    assert not georges.page.get_by_role("link", name="Approuver").count()
    georges.is_refused(f"/acces/demandes/{request}/approuver/", 403)


def gives_a_message(georges, landlord):
    georges.opens(f"/immeubles/{landlord.building('Glycines A').pk}/")
    georges.chooses("Confier un message à transmettre")
    georges.presses("Confier la mission")
    georges.sees("Ce champ est obligatoire")
    georges.page.get_by_role("checkbox").first.check()
    georges.presses("Confier la mission")
    georges.sees("La mission est confiée.")
    assert [line["facts"]["units"] for line in events(kind="reminder_given", outcome="changed")] == [1]


def decides_without_the_words(georges):
    georges.chooses("Refus")
    georges.follows(georges.page.locator("main a.stretch").first.get_attribute("href"))
    georges.sees("La phrase est sous scellés", "Proposition")
    georges.does_not_see("chimio")
    georges.presses("Approuver la proposition")
    georges.sees("La décision est enregistrée.")
    assert run("SELECT outcome, sentence IS NULL FROM casework_contestedsentence") == [("erased", True)]
