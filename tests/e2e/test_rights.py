"""A tenant exercises data protection rights: at the front desk, then by letters, up to the landlord's apology."""

import io
import json
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from rights.models import LookDeferral, SubjectRequest
from tenants.models import Tenant
from tests.builders import OWNER, events, paris_day, run, unguarded, write_note
from tests.e2e.leaving import goes_home
from tests.form_values import typed

pytestmark = pytest.mark.browser
NAME, PAIR = "Calme-Glycines A", "Dette-Glycines A"


def test_front_desk_forwards_a_subject_request(come_in, landlord):
    account = landlord.account(NAME)
    paola = come_in("paola")
    paola.chooses("Accueil")
    paola.follows("/accueil/demande/")
    paola.types("Référence du compte", account.reference)
    paola.page.get_by_label("Nom", exact=True).fill(NAME)
    paola.page.get_by_label("Prénom").fill("Zoé")
    paola.page.get_by_text("pièce d’identité avec photo", exact=True).click()
    paola.presses("Transmettre, identité vérifiée")
    paola.sees("La demande n’est pas transmise", "Aucune personne de vos lieux")
    paola.page.get_by_label("Prénom").fill("Anne")
    paola.presses("Transmettre, identité vérifiée")
    paola.sees("La demande est transmise au délégué")
    paola.does_not_see("615,96", "€", "allée des Glycines", NAME)
    [subject_request] = SubjectRequest.objects.using(OWNER).all()
    hands_the_slip(paola, subject_request)
    assert [event["facts"]["request"] for event in events(kind="subject_request_taken")] == [str(subject_request.pk)]
    content = paola.is_refused(f"/droits/{subject_request.pk}/releve/", 403)
    assert "Votre rôle ne donne pas accès à cette page" in content and NAME not in content
    goes_home(paola, NAME, "Anne", "Paola Ricci")


def hands_the_slip(paola, demand):
    """The slip that the front desk prints for the tenant must be in French and English, and name nobody.

    Each time that the slip is shown must be recorded as an audit event."""
    paola.sees("Nous avons reçu votre demande", "We have received your request", demand.number, "Remettez ce récépissé")
    paola.page.emulate_media(media="print")
    paper = paola.page.inner_text("body")
    assert demand.number in paper and "Paola" not in paper and "À remettre maintenant" not in paper
    paola.page.emulate_media(media="screen")
    paola.page.reload()
    paola.looks_over()
    assert len(events(kind="subject_slip_printed", outcome="shown")) == 2


# --- By letter: the receipt, a deferred look, a contested look, and the apology ---------------------------------------


@dataclass(frozen=True)
class Shown:
    """The text of one access report in its three formats: web page, PDF (`paper`) and JSON (`file`)."""

    page: str
    paper: str
    file: str

    def tells(self, number: str) -> set[bool]:
        return {number in self.page, number in self.paper, number in self.file}


def test_contested_look_leads_to_an_apology_letter(call_on, come_in, landlord):
    elise, reference = call_on("elise"), landlord.account(PAIR).reference
    elise.opens(f"/comptes/{reference}/")
    elise.opens(f"/comptes/{reference}/decompte/")
    contested, secret = (str(events(kind=kind)[-1]["id"]) for kind in ("account_opened", "statement_printed"))
    ines = come_in("ines")
    first = writes(ines, reference)
    receipt = makes_the_receipt(ines, first)
    assert receipt.tells(contested[:8]) == receipt.tells(secret[:8]) == {True}
    defers(ines, secret)
    assert makes_the_receipt(ines, first).tells(secret[:8]) == {True}, "a deferral needs a second person"
    agrees(call_on("paul", 390, 844), secret)
    receipt = makes_the_receipt(ines, first)
    assert receipt.tells(contested[:8]) == {True} and receipt.tells(secret[:8]) == {False}
    # The access report omits the deferred opening of an account, and must not show that its list is incomplete.
    assert "Décompte" not in receipt.paper.split("Consultations de vos données")[1]
    ines.opens(f"/droits/{first.pk}/")
    ines.presses("Relevé remis")
    ines.sees("La réponse est enregistrée.", "Relevé remis")
    ines.opens("/droits/nouvelle/")
    fills(ines, reference, "contestation d’une consultation", secret[:8])
    ines.presses("Enregistrer")
    ines.sees("Aucun relevé de cette personne ne porte ce numéro")
    is_found_wrong(ines, writes(ines, reference, "contestation d’une consultation", contested[:8]), contested)
    goes_home(ines, "Marie", PAIR, "Inès Haddad")


def test_data_protection_officer_hands_over_a_portability_file(come_in, landlord):
    reference = landlord.account(PAIR).reference
    ines = come_in("ines")
    request = writes(ines, reference, "fichier des données fournies, pour les réutiliser (RGPD, art. 20)")
    ines.presses("Établir le fichier")
    ines.sees("Fichiers à remettre", "pendant dix minutes")
    content = json.loads(takes(ines, "Données, en JSON"))
    assert (content["identity"]["first_name"], content["identity"]["last_name"]) == ("Marie", PAIR)
    assert "Paul" not in json.dumps(content)
    assert "Moyen de paiement" in takes(ines, "Paiements, en CSV").decode()
    ines.presses("Fichier remis")
    ines.sees("La réponse est enregistrée.", "Fichier remis")
    ines.does_not_see("Fichiers à remettre")
    request.refresh_from_db(using=OWNER)
    assert request.answer == "file_given"
    goes_home(ines, "Marie", PAIR, "Inès Haddad")


def test_data_protection_officer_decides_on_an_erasure(come_in, landlord):
    reference, marie = landlord.account(PAIR).reference, landlord.residence(PAIR).tenant
    Tenant.objects.using(OWNER).filter(last_name=PAIR, first_name="Marie").update(
        phone="+33639987654", email="", contact_name="Jo Rey", channel="phone"
    )
    run("DELETE FROM tenants_helpcode WHERE tenant_id = %s", marie.pk)
    ines = come_in("ines")
    request = writes(ines, reference, "effacement de données (RGPD, art. 17)")
    ines.presses("Énumérer les données")
    ines.sees("À décider", "Conservé, et pourquoi", "C. com., art. L123-22")
    ines.does_not_see("Jo Rey", "06 39 98 76 54")
    ines.page.get_by_role("group", name="Téléphone (1)").get_by_text("effacer", exact=True).click()
    ines.presses("Effacer et répondre")
    ines.sees("Personne choisie pour vous joindre (1)")
    assert not events(kind="data_erased")
    ines.page.get_by_role("group", name="Personne choisie").get_by_text("vous avez choisi de la conserver").click()
    ines.page.get_by_text("les entreprises qui interviennent dans le logement").click()
    ines.presses("Effacer et répondre")
    ines.sees("Remettez ou postez la lettre", "Nous avons effacé des données", "We erased data at your request")
    ines.sees("les entreprises qui interviennent", "the firms that work in the dwelling")
    ines.does_not_see("Jo Rey", "excuses")
    person = Tenant.objects.using(OWNER).get(pk=request.tenant_id)
    assert (person.phone, person.channel, person.contact_name) == ("", "letter", "Jo Rey")
    goes_home(ines, "Marie", PAIR, "Inès Haddad")


def test_data_protection_officer_restricts_processing_and_lifts_it(come_in, landlord):
    account, residence = landlord.account(PAIR), landlord.residence(PAIR)
    write_note(account, "Rappelle le 5 pour le second versement.")
    ines = come_in("ines")
    request = writes(ines, account.reference, "limitation du traitement (RGPD, art. 18)")
    ines.chooses("Décider de la limitation")
    ines.sees("sont seulement conservés, dès maintenant")
    ines.page.get_by_text("traitement limité", exact=True).click()
    ines.presses("Répondre")
    ines.sees("Choisissez l’un des quatre fondements")
    ines.page.get_by_text("exactitude contestée").click()
    ines.page.get_by_text("la banque du bailleur").click()
    ines.presses("Répondre")
    ines.sees("Remettez ou postez la lettre", "Le traitement de vos données est limité", "the landlord’s bank")
    elise = come_in("elise")
    elise.opens(f"/comptes/{account.reference}/")
    elise.sees("Traitement limité à la demande de la personne", "Écritures")
    elise.does_not_see("second versement", "art. 18", "exactitude")
    awa = come_in("awa")
    awa.opens(f"/fiches/{residence.pk}/")
    awa.does_not_see("exactitude")
    ines.opens("/droits/limitations/")
    ines.chooses(f"Marie {PAIR}")
    ines.does_not_see("Lever la limitation")
    ines.chooses("Lettre d’information avant levée")
    ines.sees("Nous allons lever la limitation", "We are going to lift the restriction")
    with unguarded("tenants_restriction"):
        run("UPDATE tenants_restriction SET begun_on = begun_on - 2 WHERE id = %s", request.pk)
    ines.opens(f"/droits/limitations/{request.pk}/")
    ines.types("Jour où la personne a été informée", f"{paris_day(-1):%d/%m/%Y}")
    ines.presses("Enregistrer ce jour")
    ines.sees("Le jour est enregistré")
    ines.presses("Lever la limitation")
    ines.sees("La limitation est levée.", "Aucune limitation en cours.")
    elise.opens(f"/comptes/{account.reference}/")
    elise.sees("second versement")
    elise.does_not_see("Traitement limité")
    goes_home(ines, "Marie", PAIR, "Inès Haddad")


def fills(ines, reference, right="", number=""):
    ines.types("Référence du compte", reference)
    ines.page.get_by_label("Nom", exact=True).fill(PAIR)
    ines.page.get_by_label("Prénom").fill("Marie")
    ines.page.get_by_text("courrier signé, de l’adresse du logement").click()
    if right:
        ines.page.get_by_text(right, exact=True).click()
    if number:
        ines.page.get_by_label("Numéro de la consultation contestée").fill(number)


def writes(ines, reference, right="", number=""):
    ines.chooses("Droits")
    ines.chooses("Demande écrite")
    fills(ines, reference, right, number)
    ines.presses("Enregistrer")
    ines.sees("La réponse est due dans le mois", "Marie")
    return SubjectRequest.objects.using(OWNER).get(closed_on=None)


def makes_the_receipt(ines, subject_request):
    ines.opens(f"/droits/{subject_request.pk}/")
    ines.presses("Établir le relevé")
    ines.sees("Données conservées sur vous", "Consultations de vos données")
    ines.does_not_see("Élise Bernard", "Paul " + PAIR)
    page = ines.page.inner_text("main")
    paper = "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(takes(ines, "en PDF"))).pages)
    file = takes(ines, "en JSON").decode()
    assert json.loads(file)["person"] and "Élise" not in file + paper
    return Shown(page, paper, file)


def takes(ines, link):
    with ines.page.expect_download() as saved:
        ines.page.get_by_role("link", name=link).click()
    return saved.value.path().read_bytes()


def defers(ines, look):
    """Request a deferral: access reports must not list this opening of the account before a given day."""
    ines.opens(f"/trace/mentions/?number={look[:8]}")
    ines.page.get_by_role("link", name="Ouvrir la mention").click()
    ines.chooses("Consultation couverte par le secret : reporter le jour où la personne en est informée")
    ines.page.get_by_text("enquête judiciaire, secret").click()
    ines.types("Jusqu’au", typed(30))
    ines.presses("Demander le report")
    ines.sees("Le report est demandé", "attend un accord")


def agrees(paul, look):
    paul.opens("/reports/")
    paul.sees(look[:8], "Enquête judiciaire")
    paul.does_not_see("Marie", "Élise", PAIR)
    paul.presses("Accorder")
    paul.sees("Le report est accordé.", "accordé par Paul Nguyen")
    assert LookDeferral.objects.using(OWNER).get().agreed_by.name == "Paul Nguyen"


def is_found_wrong(ines, subject_request, look):
    """Decide that a tenant was right to contest an opening of the account.

    The DPO finds the audit event of this opening by its number, and must give a reason to read who opened it."""
    ines.chooses(look[:8])
    rows = ines.page.locator("main tbody tr td a")
    expect(rows).to_have_count(1)
    rows.click()
    ines.looks_over()
    ines.sees("Compte ouvert", "gestion locative")
    ines.does_not_see("Élise Bernard")
    ines.chooses("Donner un motif")
    ines.page.get_by_text("plainte d’un locataire").click()
    ines.presses("Ouvrir")
    ines.sees("Consultations d’Élise Bernard")
    ines.opens(f"/droits/{subject_request.pk}/")
    ines.page.get_by_text("demande fondée", exact=True).click()
    ines.page.get_by_text("aucun travail n’explique cette consultation").click()
    ines.page.get_by_label("Ce qui a été fait").select_option("access_ended")
    ines.presses("Répondre")
    reads_the_letter(ines, look)


def reads_the_letter(ines, look):
    ines.sees("Remettez ou postez la lettre")
    ines.page.emulate_media(media="print")
    letter = ines.page.inner_text("body")
    ines.page.emulate_media(media="screen")
    assert "Marie" in letter and letter.count(look[:8]) == 2
    assert "nous vous présentons nos excuses" in letter and "we apologise" in letter
    assert "L’accès de l’agent a pris fin" in letter and "cnil.fr" in letter
    assert "Élise" not in letter and "Inès" not in letter
    assert [line["facts"]["answer"] for line in events(kind="subject_request_answered")] == ["given", "upheld"]
