"""Housing applications imported from the XML format of the national application register."""

from datetime import date

import pytest

from allocations.records import ApplicantRecord, ApplicationRecord, IncomeRecord, MemberRecord
from allocations.vocabulary import CURRENT_HOUSING
from exchange.applications.codes import REGISTER_HOUSING
from exchange.applications.dropped import LEGAL_PERSONS, OTHER_YEARS
from exchange.applications.reader import RefusedFile, check_file, read_applications
from exchange.applications.report import Report
from exchange.portfolio.reasons import REASONS
from tests.exchange.application_files import (
    NUMBER,
    OTHER_NUMBER,
    PARTNER,
    PERSON,
    TODAY,
    MemoryFile,
    application,
    errors,
    read_all,
    xml_file,
)

ADDRESS = (
    "<n:adressePostale><n:etranger>false</n:etranger><n:numero>12</n:numero><n:voie>rue des Lilas</n:voie>"
    '<n:codePostal>75019</n:codePostal><n:commune code="75119"/></n:adressePostale>'
)
CONTACT = "<n:telPortable>0639981234</n:telPortable><n:mel>anne@exemple.example</n:mel>"


def income(first="", second="", years=("2025", "2024")):
    amounts = [
        f"<n:montantMoins{rank}>{sum}</n:montantMoins{rank}>" if sum else "" for rank, sum in ((1, first), (2, second))
    ]
    return (
        f"<n:revenuFiscal><n:anneeMoins1>{years[0]}</n:anneeMoins1>{amounts[0]}"
        f"<n:anneeMoins2>{years[1]}</n:anneeMoins2>{amounts[1]}</n:revenuFiscal>"
    )


def dependant(born="2015-06-02", tie="E"):
    return (
        "<n:listePersonneACharge><n:personneACharge><n:nom>Exemplier</n:nom><n:prenom>Zélie</n:prenom>"
        f'<n:dateNaissance>{born}</n:dateNaissance><n:sexe code="F"/><n:lienParente code="{tie}"/>'
        "</n:personneACharge></n:listePersonneACharge>"
    )


def in_custody(code, born="2014-01-01"):
    return (
        f"<n:listePersonneEnGarde><n:personneEnGarde><n:dateNaissance>{born}</n:dateNaissance>"
        f'<n:coParentalite code="{code}"/></n:personneEnGarde></n:listePersonneEnGarde>'
    )


def expected(number="2", day="2027-02-01"):
    return (
        f"<n:personneANaitre><n:nombre>{number}</n:nombre><n:dateNaissancePrevue>{day}</n:dateNaissancePrevue>"
        "</n:personneANaitre>"
    )


def partner(person=PARTNER):
    return f"<n:listeCotitulaire><n:cotitulaire>{person}</n:cotitulaire></n:listeCotitulaire>"


def housing(*letters):
    kinds = "".join(f'<n:modeleLogement code="{each}"/>' for each in letters)
    return (
        f"<n:logementActuel><n:listeModeleLogement>{kinds}</n:listeModeleLogement>"
        "<n:surface>50</n:surface></n:logementActuel>"
    )


def wanted(*types):
    kinds = "".join(f'<n:typeLogement code="{each}"/>' for each in types)
    return f"<n:logementRecherche><n:listeTypeLogement>{kinds}</n:listeTypeLogement></n:logementRecherche>"


def address(record):
    return record.street, record.postcode, record.city


def only(content):
    records, report = read_all(content)
    assert report.rejects.listed == [] and len(records) == report.applications == 1
    return records[0]


def test_whole_household_is_read():
    people = dependant() + expected() + in_custody("G") + partner(PARTNER + income("", "")) + housing("LP")
    person = PERSON + CONTACT + ADDRESS + income("21000", "20000")
    record = only(xml_file(application(person=person, people=people, more=wanted("T3", "T4"))))
    assert record == ApplicationRecord(
        NUMBER,
        date(2026, 9, 15),
        (
            ApplicantRecord(
                "principal", "Exemplier", "Anne", date(1985, 3, 12), "+33639981234", "anne@exemple.example", None
            ),
            ApplicantRecord("spouse", "Exemplier", "Louis", date(1985, 3, 12), cmi=None),
        ),
        (
            MemberRecord("child", date(2015, 6, 2), "full", None, None),
            MemberRecord("child", date(2014, 1, 1), "alternate", None, None),
            MemberRecord("expected_child", date(2027, 2, 1), "", None, None),
            MemberRecord("expected_child", date(2027, 2, 1), "", None, None),
        ),
        (IncomeRecord(2025, 2_100_000), IncomeRecord(2024, 2_000_000)),
        "private_tenant",
        (3, 4),
        "12 rue des Lilas",
        "75019",
        "Paris",
        equipment=None,
    )


def test_file_date_is_reported():
    _records, report = read_all(xml_file(application()))
    assert report.file_date == date(2026, 11, 29)


def test_incomes_of_two_tax_notices_are_added():
    content = xml_file(application(person=PERSON + income("100", "90"), people=partner(PARTNER + income("20", ""))))
    assert only(content).incomes == (IncomeRecord(2025, 12_000), IncomeRecord(2024, 9_000))


def test_income_of_zero_differs_from_no_income():
    assert only(xml_file(application(person=PERSON + income("0")))).incomes == (IncomeRecord(2025, 0),)
    assert only(xml_file(application(person=PERSON + income()))).incomes == ()


def test_income_of_another_year_is_counted_because_it_will_not_be_stored():
    content = xml_file(application(person=PERSON + income("1", "2", ("2019", "2018"))))
    records, report = read_all(content)
    assert [each.year for each in records[0].incomes] == [2019, 2018]
    assert report.dropped.others == {OTHER_YEARS: 2} and report.dropped.total == 3


@pytest.mark.parametrize(("code", "tie"), [("M", "spouse"), ("P", "spouse"), ("C", "spouse"), ("L", "co_applicant")])
def test_tie_of_a_second_applicant_comes_from_its_code(code, tie):
    record = only(xml_file(application(people=partner(PARTNER.replace('"M"', f'"{code}"')))))
    assert record.applicants[1].tie == tie


def test_dependant_who_is_no_child_has_no_custody():
    assert only(xml_file(application(people=dependant("1950-01-01", "P")))).members == (
        MemberRecord("dependant", date(1950, 1, 1), "", None, None),
    )


def test_child_in_visiting_right_has_its_custody():
    assert only(xml_file(application(people=in_custody("D")))).members[0].custody == "visit"


def test_every_letter_code_of_housing_has_a_known_code():
    assert set(REGISTER_HOUSING.values()) <= CURRENT_HOUSING.terms.keys()
    assert only(xml_file(application(people=housing("HLM")))).housing == "social_tenant"


def test_unknown_codes_are_empty_and_counted():
    people = housing("ZZ") + dependant(tie="Z")
    records, report = read_all(xml_file(application(people=people, more=wanted("T99"))))
    assert (records[0].housing, records[0].rooms, records[0].members[0].tie) == ("", None, "dependant")
    assert report.dropped.codes == {"modeleLogement": 1, "lienParente": 1, "typeLogement": 1}


def test_contradictory_housing_is_empty_and_counted():
    records, report = read_all(xml_file(application(people=housing("LP", "POCC"))))
    assert records[0].housing == "" and report.dropped.unusable == {"modeleLogement": 1}


def test_unusable_contact_is_empty_and_counted():
    person = PERSON + CONTACT.replace("0639981234", "06 39").replace("anne@", "anne ") + ADDRESS.replace(">75019", ">7")
    records, report = read_all(xml_file(application(person=person)))
    assert records[0].applicants[0].phone == records[0].applicants[0].email == ""
    assert address(records[0]) == ("12 rue des Lilas", "", "Paris")
    assert report.dropped.unusable == {"telPortable": 1, "mel": 1, "codePostal": 1}


def test_landline_is_read_if_there_is_no_mobile_number():
    record = only(xml_file(application(person=PERSON + "<n:telFixe>0199001001</n:telFixe>")))
    assert record.applicants[0].phone == "+33199001001"


def test_address_that_describes_a_person_is_dropped():
    person = PERSON + ADDRESS.replace("rue des Lilas", "chez Mme Lopez, foyer de femmes battues")
    records, report = read_all(xml_file(application(person=person)))
    assert address(records[0]) == ("", "75019", "Paris") and report.dropped.unusable == {"voie": 1}


def test_dropped_elements_are_counted_by_name():
    person = PERSON + (
        '<n:nationalite code="2"/><n:situationProfessionnelle><n:profession>x</n:profession>'
        "<n:nomEmployeurPrincipal>y</n:nomEmployeurPrincipal><n:jamaisVu>z</n:jamaisVu></n:situationProfessionnelle>"
        '<o:profession xmlns:o="http://autre.example/">q</o:profession>'
    )
    _records, report = read_all(xml_file(application(person=person, people=dependant() + housing("LP"))))
    assert report.dropped.elements == {
        "civilite": 1,
        "nationalite": 1,
        "profession": 1,
        "nomEmployeurPrincipal": 1,
        "nom": 1,
        "prenom": 1,
        "sexe": 1,
        "surface": 1,
        "unknown": 2,
    }
    assert ("éléments inconnus", 2) in report.dropped.lines()


# Case -> (XML of an application, line of the error, element, reason). In the file, the application begins at line 3.
REFUSED = {
    "no number": (application(number=""), 3, "numUnique", "missing_element"),
    "short number": (application(number=NUMBER[:-1]), 3, "numUnique", "number"),
    "month 13": (application(number="0991326000001AB1CD"), 3, "numUnique", "number"),
    "small letter": (application(number=NUMBER.lower()), 3, "numUnique", "number"),
    "no filing date": (application(filed=""), 4, "dateCreationDemande", "missing_element"),
    "31 June": (application(filed="2026-06-31"), 4, "dateCreationDemande", "day"),
    "filed tomorrow": (application(filed="2026-12-01"), 3, "dateCreationDemande", "future"),
    "no name": (application(person=PERSON.replace("Exemplier", " ")), 5, "nom", "missing_element"),
    "first name that describes": (application(person=PERSON.replace("Anne", "est malade")), 5, "prenom", "named"),
    "last name that describes": (application(person=PERSON.replace("Exemplier", "est malade")), 5, "nom", "named"),
    "long name": (application(person=PERSON.replace("Anne", "A" * 81)), 5, "prenom", "long"),
    "born tomorrow": (application(person=PERSON.replace("1985-03-12", "2026-12-01")), 5, "dateNaissance", "future"),
    "born in 1899": (application(person=PERSON.replace("1985-03-12", "1899-12-31")), 5, "dateNaissance", "too_old"),
    "child born tomorrow": (application(people=dependant("2026-12-01")), 5, "dateNaissance", "future"),
    "child without birth": (application(people=dependant("")), 5, "dateNaissance", "missing_element"),
    "two principals": (application(people=f"<n:demandeur>{PERSON}</n:demandeur>"), 5, "demandeur", "two_principals"),
    "two numbers": (
        application(number=f"{NUMBER}</n:numUnique><n:numUnique>{OTHER_NUMBER}"),
        3,
        "numUnique",
        "element_twice",
    ),
    "partner without tie": (application(people=partner(PERSON)), 5, "lienDemandeur", "missing_element"),
    "unknown tie": (application(people=partner(PARTNER.replace('"M"', '"Z"'))), 5, "lienDemandeur", "unknown_code"),
    "unknown custody": (application(people=in_custody("Z")), 5, "coParentalite", "unknown_code"),
    "birth without a day": (application(people=expected(day="")), 5, "dateNaissancePrevue", "missing_element"),
    "forty births": (application(people=expected("40")), 5, "nombre", "births"),
    "negative income": (application(person=PERSON + income("-1")), 5, "montantMoins1", "negative"),
    "income with cents": (application(person=PERSON + income("10,50")), 5, "montantMoins1", "whole_euros"),
    "income without year": (
        application(person=PERSON + income("1", years=("", "2024"))),
        5,
        "anneeMoins1",
        "missing_element",
    ),
    "year of two digits": (application(person=PERSON + income("1", years=("25", "2024"))), 5, "anneeMoins1", "year"),
    "same year twice": (
        application(person=PERSON + income("1", "2", ("2024", "2024"))),
        5,
        "anneeMoins2",
        "year_twice",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_invalid_application_refuses_the_file(case):
    invalid, line, element, reason = REFUSED[case]
    content = xml_file(invalid, application(number="0990926000003AB1CD"))
    records, report = read_all(content)
    assert records == [] and (line, element, reason) in errors(content)
    assert {reject.application for reject in report.rejects.listed} == {1}


def test_application_of_a_legal_person_is_left_out_and_counted():
    legal = application("x", filed="").replace("personnePhysique", "personneMorale")
    records, report = read_all(xml_file(legal, application()))
    assert report.rejects.listed == [] and [record.number for record in records] == [NUMBER]
    assert report.dropped.others == {LEGAL_PERSONS: 1} and report.applications == 1


def test_parts_of_a_name_are_screened_apart():
    person = PERSON.replace("Anne", "PIERRE-STÉPHANE").replace("Exemplier", "SANS")
    assert only(xml_file(application(person=person))).applicants[0].last_name == "SANS"


@pytest.mark.parametrize(
    ("filed", "renewed"),
    [
        ("2026-09-15", None),
        ("2025-11-30", None),
        ("2025-11-29", date(2026, 11, 29)),
        ("2023-12-01", date(2025, 12, 1)),
        ("2020-02-29", date(2026, 2, 28)),
    ],
)
def test_application_in_the_file_was_renewed_at_its_latest_anniversary(filed, renewed):
    """The register removes applications that are not renewed every year, but its file has no day of renewal.

    So the import must use the latest anniversary of the filing day, up to the file's date (29 November 2026).
    """
    assert only(xml_file(application(filed=filed))).renewed_on == renewed


def test_file_without_a_date_counts_as_one_of_today():
    content = xml_file(application(filed="2025-11-30"))
    undated = content.replace("<n:dateFichier>2026-11-29T16:54:06.339+01:00</n:dateFichier>", "")
    assert only(undated).renewed_on == date(2026, 11, 30)
    assert only(content.replace("2026-11-29", "2027-11-30")).renewed_on == date(2026, 11, 30)


def test_number_that_occurs_twice_is_refused():
    content = xml_file(application(), application(OTHER_NUMBER), application())
    assert errors(content) == [(11, "numUnique", "number_twice")]


def test_every_error_of_a_file_is_reported_with_its_place():
    content = xml_file(application(number="x", filed="x"), application(), application(OTHER_NUMBER, filed=""))
    _records, report = read_all(content)
    assert [str(reject) for reject in report.rejects.listed] == [
        f"demandes.xml, ligne 3, demande n° 1, balise numUnique\u00a0: {REASONS['number']}.",
        f"demandes.xml, ligne 4, demande n° 1, balise dateCreationDemande\u00a0: {REASONS['day']}.",
        f"demandes.xml, ligne 12, demande n° 3, balise dateCreationDemande\u00a0: {REASONS['missing_element']}.",
    ]


def test_nothing_is_yielded_after_an_error():
    content = xml_file(application(), application("x"), application(OTHER_NUMBER))
    records, report = read_all(content)
    assert [record.number for record in records] == [NUMBER] and report.applications == 1


def test_reading_ends_with_an_exception_if_the_file_has_an_error():
    report = Report()
    records = read_applications(
        MemoryFile(xml_file(application(), application("x")).encode()), today=TODAY, report=report
    )
    assert next(records).number == NUMBER
    with pytest.raises(RefusedFile):
        next(records)


def test_dry_run_reports_the_same_as_a_run():
    content = xml_file(application(), application("x")).encode()
    report = check_file(MemoryFile(content), today=TODAY)
    assert [reject.reason for reject in report.rejects.listed] == ["number"] and report.applications == 1
    assert report == read_all(content)[1]
