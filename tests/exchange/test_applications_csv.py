"""Housing applications imported from a CSV file in Loge's own format."""

from datetime import date

import pytest

from allocations.records import ApplicantRecord, ApplicationRecord, IncomeRecord, MemberRecord
from exchange.applications.csv_sheet import APPLICATIONS
from exchange.applications.document import document
from tests.architecture.source import ROOT
from tests.exchange.application_files import CHILD, NUMBER, OTHER_NUMBER, PRINCIPAL, csv_file, errors, read_all

WHOLE = PRINCIPAL | {
    "telephone": "06 39 98 12 34",
    "courriel": "anne@exemple.example",
    "cmi": "oui",
    "renouvellement": "2026-10-01",
    "logement_actuel": "hosted",
    "pieces_min": "3",
    "pieces_max": "4",
    "equipements": "shower lift shower",
    "voie": "12 rue des Lilas",
    "code_postal": "38000",
    "commune": "Grenoble",
    "annee_1": "2025",
    "revenu_1": "21 051,80",
    "annee_2": "2024",
    "revenu_2": "0",
}


def only(*rows):
    records, report = read_all(csv_file(*rows))
    assert report.rejects.listed == [] and len(records) == report.applications == 1
    return records[0]


def test_whole_household_is_read():
    spouse = {"demande": NUMBER, "lien": "spouse", "naissance": "1984-01-01", "nom": "Exemplier", "prenom": "Louis"}
    child = CHILD | {"garde": "alternate", "avis_commun": "oui", "cmi": "oui"}
    unborn = {"demande": NUMBER, "lien": "expected_child", "naissance": "2027-02-01"}
    assert only(child, WHOLE, spouse, unborn) == ApplicationRecord(
        NUMBER,
        date(2026, 9, 15),
        (
            ApplicantRecord(
                "principal", "Exemplier", "Anne", date(1985, 3, 12), "+33639981234", "anne@exemple.example", True
            ),
            ApplicantRecord("spouse", "Exemplier", "Louis", date(1984, 1, 1)),
        ),
        (
            MemberRecord("child", date(2015, 6, 2), "alternate", True, True),
            MemberRecord("expected_child", date(2027, 2, 1)),
        ),
        (IncomeRecord(2025, 2_105_180), IncomeRecord(2024, 0)),
        "hosted",
        (3, 4),
        "12 rue des Lilas",
        "38000",
        "Grenoble",
        date(2026, 10, 1),
        frozenset({"lift", "shower"}),
    )


def test_one_bound_of_rooms_is_enough():
    assert only(PRINCIPAL | {"pieces_min": "3"}).rooms == (3, 9)
    assert only(PRINCIPAL | {"pieces_max": "3"}).rooms == (1, 3)
    assert only(PRINCIPAL).rooms is None


def test_two_children_born_on_one_day_are_two_members():
    assert len(only(PRINCIPAL, CHILD, CHILD).members) == 2


def test_applications_follow_each_other():
    records, _report = read_all(csv_file(PRINCIPAL, CHILD, PRINCIPAL | {"demande": OTHER_NUMBER}))
    assert [(each.number, len(each.members)) for each in records] == [(NUMBER, 1), (OTHER_NUMBER, 0)]


@pytest.mark.parametrize("separator", [";", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_spreadsheets_of_both_separators_and_encodings_are_read(separator, encoding):
    names = ["nom", "demande", "lien", "naissance", "depot"]
    content = csv_file(PRINCIPAL | {"nom": "Éxémplier"}, names=names, separator=separator)
    records, report = read_all(content.encode(encoding))
    assert records[0].applicants[0].last_name == "Éxémplier" and report.rejects.listed == []


# Case -> (changed cells of the principal applicant in line 2, changed cells of the child in line 3, expected error).
REFUSED = {
    "number": ({"demande": "12"}, {}, (2, "demande", "number")),
    "number as a figure": ({"demande": "9,90926E+16"}, {}, (2, "demande", "number")),
    "tie": ({}, {"lien": "grandchild"}, (3, "lien", "not_listed")),
    "no birth": ({}, {"naissance": ""}, (3, "naissance", "required")),
    "birth in 1899": ({"naissance": "31/12/1899"}, {}, (2, "naissance", "too_old")),
    "birth in the future": ({}, {"naissance": "01/12/2026"}, (3, "naissance", "future")),
    "no day": ({}, {"naissance": "31/06/2015"}, (3, "naissance", "day")),
    "no name": ({"nom": ""}, {}, (2, "nom", "required")),
    "name split in two": ({"prenom": "Sans", "nom": "Papiers"}, {}, (2, "nom", "named")),
    "name of a child": ({}, {"prenom": "Zélie"}, (3, "prenom", "applicant_only")),
    "telephone of a child": ({}, {"telephone": "0639981234"}, (3, "telephone", "applicant_only")),
    "custody of an applicant": ({"garde": "full"}, {}, (2, "garde", "child_only")),
    "custody of a dependant": ({}, {"lien": "dependant", "garde": "full"}, (3, "garde", "child_only")),
    "notice of an applicant": ({"avis_commun": "oui"}, {}, (2, "avis_commun", "member_only")),
    "no filing date": ({"depot": ""}, {}, (2, "depot", "required")),
    "filed tomorrow": ({"depot": "01/12/2026"}, {}, (2, "depot", "future")),
    "filing date of a child": ({}, {"depot": "15/09/2026"}, (3, "depot", "principal_only")),
    "income of a child": ({}, {"annee_1": "2025", "revenu_1": "0"}, (3, "revenu_1", "principal_only")),
    "renewed before filing": ({"renouvellement": "14/09/2026"}, {}, (2, "renouvellement", "before_filing")),
    "renewed tomorrow": ({"renouvellement": "01/12/2026"}, {}, (2, "renouvellement", "future")),
    "housing": ({"logement_actuel": "castle"}, {}, (2, "logement_actuel", "not_listed")),
    "ten rooms": ({"pieces_min": "10"}, {}, (2, "pieces_min", "rooms")),
    "rooms in disorder": ({"pieces_min": "4", "pieces_max": "3"}, {}, (2, "pieces_max", "rooms_order")),
    "postcode": ({"code_postal": "7501"}, {}, (2, "code_postal", "postcode")),
    "address that describes": (WHOLE | {"voie": "foyer de femmes battues"}, {}, (2, "voie", "address")),
    "address without a city": (WHOLE | {"commune": ""}, {}, (2, "commune", "required")),
    "city alone": ({"commune": "Lyon"}, {}, (2, "voie", "required")),
    "equipment": ({"equipements": "lift pool"}, {}, (2, "equipements", "not_listed")),
    "equipment of a child": ({}, {"equipements": "lift"}, (3, "equipements", "principal_only")),
    "child without custody": ({}, {"garde": ""}, (3, "garde", "required")),
    "negative income": ({"annee_1": "2025", "revenu_1": "-1"}, {}, (2, "revenu_1", "negative")),
    "income without year": ({"revenu_1": "1"}, {}, (2, "revenu_1", "year_and_income")),
    "year without income": ({"annee_2": "2025"}, {}, (2, "revenu_2", "year_and_income")),
    "year of two digits": ({"annee_1": "25", "revenu_1": "1"}, {}, (2, "annee_1", "year")),
    "same year twice": (
        {"annee_1": "2025", "revenu_1": "1", "annee_2": "2025", "revenu_2": "1"},
        {},
        (2, "annee_2", "year_twice"),
    ),
    "two principals": ({}, PRINCIPAL | {"garde": ""}, (2, "lien", "two_principals")),
    "no principal": ({"lien": "co_applicant", "depot": ""}, {}, (2, "lien", "no_principal")),
}


@pytest.mark.parametrize("case", REFUSED)
def test_invalid_line_refuses_the_file(case):
    principal, child, error = REFUSED[case]
    content = csv_file(PRINCIPAL | principal, CHILD | child, PRINCIPAL | {"demande": OTHER_NUMBER})
    records, report = read_all(content)
    assert records == [] and error in errors(content) and report.rejects.listed[0].file == "demandes.csv"


def test_refused_line_of_a_principal_causes_no_second_error():
    content = csv_file(CHILD, PRINCIPAL | {"naissance": "x"}, PRINCIPAL | {"demande": OTHER_NUMBER})
    assert errors(content) == [(3, "naissance", "day")]
    content = csv_file(PRINCIPAL | {"demande": OTHER_NUMBER}, PRINCIPAL | {"naissance": "x"}, CHILD)
    assert errors(content) == [(3, "naissance", "day")]
    assert errors(csv_file(CHILD, PRINCIPAL | {"naissance": "x"})) == [(3, "naissance", "day")]


def test_number_that_comes_back_later_is_refused():
    content = csv_file(PRINCIPAL, PRINCIPAL | {"demande": OTHER_NUMBER}, CHILD, CHILD)
    assert errors(content) == [(4, "demande", "not_together"), (4, "lien", "no_principal")]


@pytest.mark.parametrize("name", ["commentaire", "nir", "nationalite", "profession", "employeur"])
def test_unknown_column_is_refused(name):
    content = csv_file(PRINCIPAL, names=["demande", "lien", "naissance", "nom", "depot", name])
    assert errors(content) == [(1, "6", "unknown_column")]


def test_document_matches_the_code():
    text = (ROOT / "docs" / "applications.md").read_text(encoding="utf-8")
    assert text == document(), "./dev docs"


def test_example_of_the_document_is_valid():
    records, report = read_all("\n".join([";".join(APPLICATIONS.names), *APPLICATIONS.examples]))
    assert report.rejects.listed == [] and [len(record.members) for record in records] == [1]
