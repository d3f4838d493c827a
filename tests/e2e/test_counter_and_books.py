"""The accountant must see no tenants' names. The front desk may open the page about a resident (card) only after an
identity check.
"""

import pytest

from tests.builders import events, make_receipt, run
from tests.e2e.landlord import owed
from tests.e2e.leaving import goes_home

pytestmark = pytest.mark.browser
NAMES = ("Dette-", "Calme-", "Arrive-", "Marie", "Anne", "allée des Glycines", "Glycines A")
SCREENS = {"phone": {"width": 390, "height": 844}, "desk": {"color_scheme": "dark"}}
IDENTITY = "Nom, comme sur la pièce d’identité"


@pytest.mark.parametrize("screen", SCREENS)
def test_accountant_sees_no_names(come_in, landlord, screen):
    account, other = landlord.account("Dette-Glycines A"), landlord.account("Dette-Quai 9")
    make_receipt(landlord.place("Agence Belleville"))
    helene = come_in("helene", **SCREENS[screen])
    helene.chooses("Écritures")
    helene.sees(account.reference, other.reference, "sans nom, logement ni adresse")
    helene.does_not_see(*NAMES)
    helene.follows(f"/ecritures/{account.reference}/")
    helene.sees("1\u202f461,60", "Loyer")
    helene.does_not_see(*NAMES)
    clears_a_receipt(helene, account)
    content = helene.is_refused(f"/comptes/{account.reference}/", 403)
    assert "Votre rôle ne donne pas accès à cette page" in content and not [word for word in NAMES if word in content]
    refused = events(kind="refused")
    assert [(line["actor"], line["route"]) for line in refused] == [(landlord.person("helene").pk, "account")]
    goes_home(helene, "461,60", "Agence Belleville", "Hélène Faure")


def clears_a_receipt(helene, account):
    """The accountant assigns an incoming payment to an account by its full reference, then cancels the assignment.

    An incomplete reference must be refused."""
    before = owed(account)
    helene.chooses("À affecter")
    helene.sees("512,30\u202f€", "Agence Belleville")
    helene.types("Référence du compte", account.reference[:-1])
    helene.presses("Affecter")
    helene.sees("Une référence comporte douze caractères")
    helene.types("Référence du compte", account.reference)
    helene.presses("Affecter")
    helene.sees("L’encaissement est enregistré dans le compte.", "Aucun encaissement en attente.")
    helene.does_not_see(*NAMES)
    assert owed(account) == before - 51_230
    helene.presses("Annuler l’affectation")
    helene.sees("L’affectation est annulée")
    assert owed(account) == before


@pytest.mark.parametrize("screen", SCREENS)
def test_front_desk_opens_a_card_after_an_identity_check(come_in, landlord, screen):
    account, home = landlord.account("Calme-Glycines A"), landlord.residence("Calme-Glycines A")
    paola = come_in("paola", **SCREENS[screen])
    tells_which_agency(paola, landlord)
    # The front desk may not open the page about a resident (card) before it has checked the resident's identity.
    paola.is_refused(f"/accueil/fiches/{home.pk}/", 404)
    paola.opens("/accueil/")
    paola.page.locator("#carte_reference").fill(account.reference)
    paola.types(IDENTITY, "Calme-Glycines A")
    paola.page.get_by_text("permis de conduire", exact=True).click()
    paola.presses("Ouvrir la fiche, identité vérifiée")
    paola.sees("Mme Anne Calme-Glycines A", "Une fiche ne contient ni compte", "ouverte jusqu’à")
    paola.does_not_see(account.reference, "615,96", "€")
    assert [line["facts"] for line in events(kind="identity_checked", outcome="changed")] == [{"document": "licence"}]
    neighbour = landlord.residence("Dette-Glycines A")
    assert "Dette-" not in paola.is_refused(f"/accueil/fiches/{neighbour.pk}/", 404)
    run("UPDATE tenants_identitycheck SET until = until - interval '11 min'")
    # Ten minutes after the identity check, the front desk may no longer open the page about the resident (card).
    assert "Calme" not in paola.is_refused(f"/accueil/fiches/{home.pk}/", 404)
    content = paola.is_refused(f"/comptes/{account.reference}/", 403)
    assert "Votre rôle ne donne pas accès à cette page" in content and account.reference not in content
    goes_home(paola, "Calme-", "Agence Bercy", "Paola Ricci")


def tells_which_agency(paola, landlord):
    """The front desk sees which agency manages an account, for any reference, but not the tenant."""
    elsewhere = landlord.account("Dette-Quai 9").reference
    field = paola.page.get_by_label("Référence du compte").first
    field.fill("K7QX-9M2D-4RTB")
    paola.presses("Afficher l’agence")
    paola.sees("Aucune agence n’a cette référence.")
    field.fill(elsewhere)
    paola.presses("Afficher l’agence")
    paola.sees("Agence Bercy")
    paola.does_not_see("Dette-", "Quai 9", "quai de Bercy")
