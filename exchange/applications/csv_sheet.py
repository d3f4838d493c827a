"""The format of Loge's own CSV file of housing applications: one line for each person of a household."""

from collections.abc import Iterator

from allocations.models.household import Custody, MemberTie, Tie
from allocations.vocabulary import CURRENT_HOUSING
from exchange.applications.cells import (
    ADDRESS,
    BIRTH,
    EQUIPMENTS,
    INCOME,
    LONGEST_NAME,
    NUMBER,
    POSTCODE,
    ROOMS,
    YEAR,
    discloses,
)
from exchange.applications.report import CSV_FILE
from exchange.portfolio.sheet import Cells, Column, Sheet
from exchange.portfolio.values import DAY, EMAIL, PHONE_NUMBER, YES_NO, listed, name

OF_APPLICANTS = ("nom", "prenom", "telephone", "courriel")
OF_PRINCIPAL = (
    "depot",
    "renouvellement",
    "logement_actuel",
    "pieces_min",
    "pieces_max",
    "equipements",
    "voie",
    "code_postal",
    "commune",
    "annee_1",
    "revenu_1",
    "annee_2",
    "revenu_2",
)
Wrongs = Iterator[tuple[str, str]]


def columns_of_the_tie(cells: Cells) -> Wrongs:
    """Check which cells of a line are filled, given the person's role in the household: only applicants have names, for
    example."""
    tie = cells["lien"]
    if tie in Tie.values:
        if not cells["nom"]:
            yield "nom", "required"
        elif discloses(cells["prenom"], cells["nom"]):
            yield "nom", "named"
        if cells["avis_commun"]:
            yield "avis_commun", "member_only"
    else:
        yield from ((column, "applicant_only") for column in OF_APPLICANTS if cells[column])
    if bool(cells["garde"]) != (tie == MemberTie.CHILD):
        yield "garde", "child_only" if cells["garde"] else "required"
    if tie != Tie.PRINCIPAL:
        yield from ((column, "principal_only") for column in OF_PRINCIPAL if cells[column] not in (None, ""))
    elif not cells["depot"]:
        yield "depot", "required"


def order(cells: Cells) -> Wrongs:
    if cells["renouvellement"] and cells["depot"] and cells["renouvellement"] < cells["depot"]:
        yield "renouvellement", "before_filing"
    if cells["pieces_min"] and cells["pieces_max"] and cells["pieces_max"] < cells["pieces_min"]:
        yield "pieces_max", "rooms_order"


def address(cells: Cells) -> Wrongs:
    """Require the street, postcode and city if one of them is given, because a letter needs all three."""
    parts = ("voie", "code_postal", "commune")
    if any(cells[part] for part in parts):
        yield from ((part, "required") for part in parts if not cells[part])


def incomes(cells: Cells) -> Wrongs:
    for rank in ("1", "2"):
        if (cells[f"annee_{rank}"] is None) != (cells[f"revenu_{rank}"] is None):
            yield f"revenu_{rank}", "year_and_income"
    if cells["annee_1"] is not None and cells["annee_1"] == cells["annee_2"]:
        yield "annee_2", "year_twice"


APPLICATIONS = Sheet(
    CSV_FILE,
    "stage_applications",
    "Les demandes de logement social. Une ligne par personne du foyer ; les lignes d’une demande se suivent. Le nom "
    "des enfants et des autres personnes à loger ne se donne pas.",
    (),
    (
        Column("demande", NUMBER, "numéro unique de la demande, le même à chaque ligne du foyer", required=True),
        Column(
            "lien",
            listed([*Tie.values, *MemberTie.values]),
            "demandeur principal (un seul), conjoint, codemandeur, enfant, autre personne à charge, autre, à naître",
            required=True,
        ),
        Column("naissance", BIRTH, "jour de naissance ; d’un enfant à naître, le jour prévu", required=True),
        Column("nom", name(LONGEST_NAME), "nom d’un demandeur, obligatoire pour lui", fallback=""),
        Column("prenom", name(LONGEST_NAME), "prénom d’un demandeur", fallback=""),
        Column("telephone", PHONE_NUMBER, "téléphone d’un demandeur", fallback=""),
        Column("courriel", EMAIL, "adresse électronique d’un demandeur", fallback=""),
        Column(
            "garde",
            listed(Custody.values),
            "d’un enfant, obligatoire pour lui : à plein temps, alternée, droit de visite",
            fallback="",
        ),
        Column("avis_commun", YES_NO, "figure sur l’avis d’imposition d’un demandeur ; non si vide", fallback=False),
        Column("cmi", YES_NO, "titulaire de la carte mobilité inclusion ; non si vide", fallback=False),
        Column("depot", DAY, "dépôt de la demande, obligatoire à la ligne du demandeur principal"),
        Column("renouvellement", DAY, "dernier renouvellement ; demandeur principal"),
        Column(
            "logement_actuel",
            listed(tuple(CURRENT_HOUSING.terms)),
            "où vit le foyer ; demandeur principal",
            fallback="",
        ),
        Column("pieces_min", ROOMS, "pièces souhaitées, au moins ; demandeur principal"),
        Column("pieces_max", ROOMS, "pièces souhaitées, au plus ; demandeur principal"),
        Column("equipements", EQUIPMENTS, "équipements dont le foyer a besoin ; demandeur principal", fallback=""),
        Column("voie", ADDRESS, "numéro et voie ; demandeur principal, avec code postal et commune", fallback=""),
        Column("code_postal", POSTCODE, "code postal ; demandeur principal", fallback=""),
        Column("commune", ADDRESS, "commune ; demandeur principal", fallback=""),
        Column("annee_1", YEAR, "année du premier avis d’imposition ; demandeur principal"),
        Column("revenu_1", INCOME, "revenu fiscal de référence du foyer, cette année-là"),
        Column("annee_2", YEAR, "année du second avis d’imposition ; demandeur principal"),
        Column("revenu_2", INCOME, "revenu fiscal de référence du foyer, cette année-là"),
    ),
    (
        "0990125000001AB1CD;principal;12/03/1985;Exemplier;Anne;06 39 98 12 34;anne@exemple.example;;;;15/01/2025;;"
        "private_tenant;3;4;lift shower;12 rue des Lilas;75019;Paris;2024;21 051,00;2023;20 400,00",
        "0990125000001AB1CD;child;2015-06-02;;;;;alternate;oui;;;;;;;;;;;;;;",
    ),
    (columns_of_the_tie, order, address, incomes),
)
