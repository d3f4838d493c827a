"""The data protection officer asks why an employee opened an account. The manager and this employee answer."""

import pytest
from django.core.management import call_command

from oversight.models import LookQuestion
from tests.builders import OWNER, ask_about_look, events, leave_line
from tests.e2e.leaving import goes_home

pytestmark = pytest.mark.browser


def test_look_question_is_answered_explained_and_judged(call_on, come_in, landlord):
    elise, account = landlord.person("elise"), landlord.account("Calme-Glycines A")
    line = leave_line("account_opened", elise, account, -4, purpose="arrears")
    for seconds in (-90, 200):
        leave_line(
            "account_opened", elise, landlord.account("Dette-Glycines A"), -4, purpose="arrears", seconds=seconds
        )
    call_command("watch_looks", back=1)
    [question] = LookQuestion.objects.using(OWNER).all()
    assert (question.event, question.rule) == (line, "unborne")
    ask_about_look(landlord.person("awa"), rule="blocked", kind="sign_in_failed", role="")
    ines = come_in("ines")
    ines.chooses("Questions")
    ines.sees("2 attendent un avis", "Fiabilité des règles", "Aucun élément du dossier ne correspond")
    ines.chooses("Aucun élément du dossier ne correspond au motif donné.")
    ines.looks_over()
    ines.sees("La règle ne pose pas de question si", "cette consultation", "N’a pas encore donné d’explication")
    ines.does_not_see("Élise Bernard", "Calme-")
    ines.presses("Poser la question au responsable")
    ines.sees("La question est posée au responsable.")
    answers(call_on("georges", 390, 844))
    explains(call_on("elise", 390, 844, color_scheme="dark"))
    ines.opens(f"/trace/questions/{question.pk}/")
    ines.sees("Je me suis trompé de dossier", "Je ne sais pas")
    ines.page.get_by_text("erreur sans suite").click()
    ines.presses("Enregistrer l’avis")
    ines.sees("L’avis est enregistré.", "1 attend un avis")
    assert len(events(kind="look_judged")) == 1
    goes_home(ines, "Glycines A", "Inès Haddad")


def answers(georges):
    georges.opens("/reponses/")
    georges.follows(georges.page.locator("main a.stretch").get_attribute("href"))
    georges.looks_over()
    georges.sees("Élise Bernard", "vous n’avez pas à faire de recherche")
    georges.does_not_see("Calme-", "Impayé")
    georges.page.get_by_text("je ne sais pas").click()
    georges.presses("Répondre")
    georges.sees("La réponse est transmise.")


def explains(elise):
    elise.opens("/ma-trace/")
    elise.sees("Questions posées par les règles", "à expliquer")
    elise.follows(elise.page.locator("main a.stretch").first.get_attribute("href"))
    elise.looks_over()
    elise.sees("Une question n’est pas une accusation")
    elise.page.get_by_text("je me suis trompé de dossier").click()
    elise.presses("Donner une explication")
    elise.sees("L’explication est enregistrée.", "Je me suis trompé de dossier", "pas encore donné")
    elise.opens("/regles/consultations/")
    elise.looks_over()
