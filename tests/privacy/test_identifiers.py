"""The search for identifiers must find IBANs, telephone numbers and names of other people, but no dates or amounts."""

import json
from pathlib import Path

import pytest
from django.utils.translation import override

from privacy.identifiers import IDENTIFIERS, find_identifiers
from privacy.screened import Refused, require_allowed_text
from screening import Context

IBAN = "FR76 3000 6000 0112 3456 7890 189"
KEPT = Path(__file__).parents[1] / "screening" / "kept"

REFUSED = {
    f"Nouveau RIB : {IBAN}, à saisir.": ("iban", IBAN),
    "rib fr7630006000011234567890189": ("iban", "fr7630006000011234567890189"),
    "IBANFR7630006000011234567890189 reçu": ("iban", "FR7630006000011234567890189"),
    "FR76-3000-6000-0112-3456-7890-188 mal recopié": ("iban", "FR76-3000-6000-0112-3456-7890-188"),
    "FR76 3000\u00ad 6000 0112 3456 7890 189": ("iban", "FR76 3000\u00ad 6000 0112 3456 7890 189"),
    "BE68 5390 0754 7034 pour le virement": ("iban", "BE68 5390 0754 7034"),
    "Rappeler au 06 39 98 12 34 le soir.": ("phone", "06 39 98 12 34"),
    "tel 0639981234": ("phone", "0639981234"),
    "06.39.98.12.34 ou le 12": ("phone", "06.39.98.12.34"),
    "06/39/98/12/34": ("phone", "06/39/98/12/34"),
    "0639 98 12 34": ("phone", "0639 98 12 34"),
    "joignable au 0 800 123 456": ("phone", "0 800 123 456"),
    "+33 (0)6 39 98 12 34 2 fois": ("phone", "+33 (0)6 39 98 12 34"),
    "0049 30 901820 en Allemagne": ("phone", "0049 30 901820"),
    "０６ ３９ ９８ １２ ３４": ("phone", "０６ ３９ ９８ １２ ３４"),
    "Mme Durand paiera le 5.": ("name", "Mme Durand"),
    "vu M. Petit hier": ("name", "M. Petit"),
    "vu M.Petit hier": ("name", "M.Petit"),
    "vu Mr PETIT hier": ("name", "Mr PETIT"),
    "Appel de Madame de La Rochefoucauld-Müller": ("name", "Madame de La Rochefoucauld-Müller"),
    "M. et Mme Le Goff signent": ("name", "Mme Le Goff"),
    "Mlle J. O’Brien d’accord": ("name", "Mlle J. O’Brien"),
    "Me d’Hauteville a signifié": ("name", "Me d’Hauteville"),
    "la famille Diakité déménage": ("name", "famille Diakité"),
    "vu Mme. Durand": ("name", "Mme. Durand"),
    "passage de Mme Durand le 5": ("name", "Mme Durand"),
    "sonné à la porte. M. Durand absent": ("name", "M. Durand"),
    "vu dans la rue Mme Durand": ("name", "Mme Durand"),
    "Mr Smith calls on Monday": ("name", "Mr Smith"),
}
ALLOWED = [
    "M. le maire a répondu le 12.",
    "Mme la présidente du conseil syndical",
    "M. le Maire, Mme la Préfète",
    "Monsieur rappelle le 5, Madame absente.",
    "Madame. Rappelle le 5.",
    "Porte 12, escalier B, bât. M porte 01 02 03 04.",
    "Bât M Escalier 2, hall M Porte 3",
    "Paiera 1 250,00 € le 05/06/2026 à 14 h 30, puis 0,50 €.",
    "Échéances : 05/01/2027, 05/02/2027, 05/03/2027.",
    "Rendez-vous le 05.06.26 10 30 00",
    "le 01 02 2027 de 10 12 h",
    "Compte K7QX-9M2D-4RTB, demande 0751125999999ABCDE.",
    "Compteur 09123456789012, index 012345.",
    "dossier no 12 3456 7890 1234",
    "fuite au 3e, 75019 Paris, code 4512",
    "12 rue du Docteur Roux, square de Madame Curie",
    "FR76 reçu incomplet",
    "Rappelle le 5 pour fixer la date du second versement.",
    "RAPPELER MADAME LE 5",
    "vu avec mme. Rappelle le 5",
    "famille de Vitré, arrivée le 5",
]


@pytest.mark.parametrize(("text", "expected"), REFUSED.items(), ids=REFUSED)
def test_identifier_is_found_with_its_words(text, expected):
    [finding] = find_identifiers(text)
    assert (finding.category, finding.text) == expected and text[finding.start : finding.end] == finding.text


@pytest.mark.parametrize("text", ALLOWED)
def test_doors_dates_amounts_and_offices_are_allowed(text):
    assert find_identifiers(text) == []


def test_several_identifiers_are_reported_in_their_order():
    text = f"M. Petit, 06 39 98 12 34, {IBAN}"
    assert [finding.category for finding in find_identifiers(text)] == ["name", "phone", "iban"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mme Durand paiera.", None),
        ("Mme DURAND RDV le 5.", None),
        ("Marie Durand et M. Paul Durand", None),
        ("Mme Durand et M. Petit", "M. Petit"),
        ("Mme Durand-Petit", "Mme Durand-Petit"),
        ("M. Jean Durand", "M. Jean Durand"),
        ("passe rue Madame Lopez", None),
        ("bon remis à M. Zinc SARL", None),
        ("bon remis à M. Zinc", "M. Zinc"),
        ("signalé par Lefèvre du 3e", "Lefèvre"),
        ("signalé par Anne Lefevre du 3e", "Anne Lefevre"),
        ("signalé par mme lefèvre", "lefèvre"),
        ("Un petit dégât, Petit, grand", "Petit"),
        ("Petit dégât chez le locataire. Petit retard.", None),
        ("petit dégât", None),
        ("VU AVEC BEN ALI", "BEN ALI"),
        ("vu avec ben ali", "ben ali"),
        ("ROY a payé, le Roy", None),
    ],
)
def test_tenants_streets_and_allowed_wordings_pass_but_not_neighbours(text, words):
    context = Context(
        names=frozenset({"Durand", "Marie", "Paul"}),
        streets=frozenset({"rue Madame Lopez"}),
        allowed=frozenset({"M. Zinc SARL"}),
        others=frozenset({"Lefèvre", "Anne Lefèvre", "Petit", "Ben Ali", "Roy", "Durand"}),
    )
    assert [finding.text for finding in find_identifiers(text, context)] == ([words] if words else [])


def test_refusal_explains_the_words_in_both_languages_and_does_not_repeat_them():
    for language, word in (("fr", "C’est le nom d’une autre personne."), ("en", "This is another person’s name.")):
        with override(language), pytest.raises(Refused) as refusal:
            require_allowed_text("Mme Durand paiera le 5.")
        [finding] = refusal.value.findings
        assert finding.why.startswith(word) and finding.instead and "Durand" not in str(refusal.value)


def test_explanations_are_complete_in_english():
    for identifier in IDENTIFIERS.values():
        for text in (identifier.title, identifier.why, identifier.instead):
            with override("fr"):
                french = str(text)
            with override("en"):
                assert str(text) != french or french == "IBAN"


def test_lawful_sentences_contain_no_false_number():
    """The lawful example sentences must contain no IBAN, and only telephone numbers that are reserved for fiction."""
    rows = [json.loads(line) for file in KEPT.glob("*.jsonl") for line in file.read_text(encoding="utf-8").splitlines()]
    findings = [each for row in rows if not row["labels"] for each in find_identifiers(row["text"])]
    phones = [each.text for each in findings if each.category == "phone"]
    assert len(phones) > 20 and all(phone.replace(" ", "").startswith(("019900", "063998")) for phone in phones)
    assert "iban" not in {each.category for each in findings}
