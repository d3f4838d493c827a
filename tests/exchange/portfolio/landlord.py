"""The import files of a small invented landlord. Tests may modify its rows before they write the files."""

import csv
import io
from copy import deepcopy
from pathlib import Path

from exchange.portfolio.sheet import Sheet
from exchange.portfolio.sheets import SHEETS

BY_FILE = {sheet.file: sheet for sheet in SHEETS}
Lines = dict[str, list[dict[str, str]]]
IBAN = "FR1420041010050500013M02606"


def entry(cle: str, nature: str = "charge", libelle: str = "rent", bail: str = "X1", **cells: str) -> dict[str, str]:
    return {"cle": cle, "nature": nature, "libelle": libelle, "bail": bail, **cells}


# A small landlord: two leases (one has ended), a couple, a former tenant, and a payment without an account.
SMALL: Lines = {
    "lieux.csv": [
        {"code": "ORG", "niveau": "organisation", "nom": "Office des Essais"},
        {
            "code": "AG",
            "niveau": "agency",
            "code_parent": "ORG",
            "nom": "Agence de l’Ouest",
            "telephone": "01 99 00 10 01",
            "courriel": "ouest@office.example",
        },
        {"code": "B1", "niveau": "building", "code_parent": "AG", "nom": "Bâtiment d’angle"},
    ],
    "adresses.csv": [
        {
            "code_lieu": "B1",
            "numero": "3 bis",
            "voie": "rue de l’Été",
            "code_postal": "75019",
            "commune": "Paris",
            "ban": "75119_0342_00003_bis",
            "latitude": "48.882100",
            "longitude": "-2.387400",
        },
        {"code_lieu": "B1", "numero": "1", "voie": "place Carrée", "code_postal": "75019", "commune": "Paris"},
    ],
    "logements.csv": [
        {
            "cle": "L1",
            "code_lieu": "B1",
            "type": "T3",
            "surface_m2": "62,5",
            "etage": "0",
            "porte": "01",
            "financement": "PLUS",
            "zone": "paris",
            "qpv": "non",
            "liste_qpv_du": "28/12/2024",
            "loyer": "451,20",
            "charges": "85",
            "equipements": "lift shower",
            "premiere_location": "oui",
        },
        {"cle": "L2", "code_lieu": "B1", "type": "T2", "etage": "1", "porte": "11", "rpls": "75X1"},
        {"cle": "P1", "code_lieu": "B1", "nature": "parking"},
    ],
    "personnes.csv": [{"courriel": "Zoe.Brun@Office.example", "nom": "Zoé Brun", "code_lieu": "AG"}],
    "affectations.csv": [
        {
            "courriel": "zoe.brun@office.example",
            "role": "officer",
            "code_lieu": "AG",
            "premier_jour": "01/01/2026",
            "dernier_jour": "2028-06-30",
            "motif": "posting",
        }
    ],
    "locataires.csv": [
        {
            "cle": "T1",
            "civilite": "mrs",
            "nom": "d’Hérouville  Ngô",
            "prenom": "Anne-Aël",
            "telephone": "06 39 98 12 34",
            "courriel": "Anne@Exemple.example",
            "naissance": "12/03/1981",
            "iban": "FR14 2004 1010 0505 0001 3M02 606",
            "titulaire": "Anne d’Hérouville",
        },
        {"cle": "T2", "nom": "O'Brien", "contact": "letter"},
        {"cle": "T3", "nom": "Partie", "contact": "contact", "personne_choisie": "Rose"},
    ],
    "baux.csv": [
        {"cle": "X1", "logement": "L1", "signe_le": "2019-02-18", "debut": "01/03/2019"},
        {
            "cle": "X2",
            "logement": "L2",
            "debut": "2015-01-01",
            "conge_le": "2024-03-01",
            "fin": "2024-05-31",
            "solde_le": "2024-08-01",
            "compte": "K7QX-9M2D-4RTB",
        },
    ],
    "titulaires.csv": [
        {"bail": "X1", "locataire": "T1", "premier_jour": "2019-03-01"},
        {"bail": "X1", "locataire": "T2", "qualite": "co_holder", "premier_jour": "2020-05-01"},
        {"bail": "X2", "locataire": "T3", "premier_jour": "2015-01-01", "dernier_jour": "2024-05-31"},
    ],
    "representants.csv": [{"locataire": "T2", "nom": "Odile Rey", "premier_jour": "2026-01-01"}],
    "aides.csv": [
        {"locataire": "T1", "aide": "knock_loudly", "demandee_le": "2026-03-01", "a_redemander": "2027-02-28"}
    ],
    "discretions.csv": [
        {
            "bail": "X1",
            "premier_jour": "2026-06-01",
            "dernier_jour": "2027-05-31",
            "personnes": "zoe.brun@office.example",
        }
    ],
    "ecritures.csv": [
        entry("E1", debit="1\u202f051,80", date_effet="2026-10-31"),
        entry("E2", "payment", "direct_debit", credit="1051.8", date_effet="05/11/2026", origine="bank"),
        entry("E3", debit="10", date_effet="2026-11-01"),
        entry("E4", "charge", "reversal", credit="10,00", date_effet="2026-11-02", motif="duplicate", annule="E3"),
        entry("E5", debit="50", date_effet="2024-01-31", bail="X2"),
        entry("E6", "payment", "cheque", credit="50", date_effet="2024-02-05", bail="X2"),
        entry("E7", "payment", "suspense", credit="99", date_effet="2026-11-10"),
        entry("E8", "payment", "direct_debit", credit="20", date_effet="2026-11-05"),
        entry("E9", "payment", "debit_rejected", debit="20", date_effet="2026-11-08", annule="E8", motif="bank_return"),
    ],
    "attente.csv": [
        {"cle": "R1", "agence": "AG", "libelle": "bank_transfer", "credit": "512,30", "date_effet": "2026-11-20"},
        {"cle": "R2", "libelle": "cheque", "credit": "99", "date_effet": "2026-11-09", "ecritures": "E7"},
    ],
}


def small() -> Lines:
    """The rows of each import file of the small invented landlord, copied so that a test may modify them."""
    return deepcopy(SMALL)


def written(sheet: Sheet, rows: list[dict[str, str]], separator: str = ";", encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, sheet.names, delimiter=separator, lineterminator="\r\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def write(folder: Path, lines: Lines, separator: str = ";", encoding: str = "utf-8") -> Path:
    folder.mkdir(exist_ok=True)
    for file, rows in lines.items():
        (folder / file).write_bytes(written(BY_FILE[file], rows, separator, encoding))
    return folder
