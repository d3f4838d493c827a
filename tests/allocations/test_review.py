"""The review of an application: documents requested and seen, income assessed, and the state that follows."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError

from access.compartments import Compartment
from allocations.actions.review import ask_document, assess_income, remove_income, see_document, withdraw_document
from allocations.assessment import verdicts
from allocations.models import Application, Income, SupportingDocument
from tests.allocations.builders import acting_as, enter_figure, enter_figures, make_application, open_occasion
from tests.builders import OWNER, events, paris_day, run
from tests.database.test_policies import as_role


@pytest.fixture
def review(landlord):
    """A function that runs an action as Aline (allocation officer) on an application that she has opened."""
    enter_figures()
    aline = landlord.person("aline")
    application = make_application(landlord.place("Agence Belleville"), "Vidal", by=aline)
    open_occasion(application, aline)

    def act(action, **arguments):
        with acting_as(aline) as access:
            return action(by=aline, application=access.rows(Application).get(), context=access.context, **arguments)

    return act


def assess(review, basis="n2", euros=30_000, proof="tax_notice", **more):
    year = paris_day().year
    return review(assess_income, signing_year=year, basis=basis, rfr_cents=euros * 100, proof=proof, **more)


def state() -> str:
    return run("SELECT state FROM allocations_application")[0][0]


def test_application_is_complete_once_compulsory_documents_and_income_are_verified(review):
    assert state() == "registered"
    review(ask_document, kind="identity")
    assert state() == "under_review"
    review(see_document, kind="identity", valid_until=paris_day(400))
    review(see_document, kind="tax_notice_n2")
    assert state() == "under_review"
    assess(review)
    assert state() == "complete"
    with_no_name = [event["facts"] for event in events(kind__in=["document_asked", "document_seen", "income_assessed"])]
    assert with_no_name[0] == {"supporting_document": "identity", "until": paris_day(30).isoformat()}
    assert with_no_name[-1] == {"basis": "n2", "year": paris_day().year - 2}


def test_removed_income_makes_a_complete_application_incomplete(review):
    review(see_document, kind="identity")
    review(see_document, kind="tax_notice_n2")
    income = assess(review)
    with acting_as(income.assessed_by) as access:
        remove_income(by=access.person, income=access.rows(Income).get(), context=access.context)
    assert state() == "under_review"


def test_document_must_be_listed(review):
    with pytest.raises(ValidationError, match="liste"):
        review(ask_document, kind="police_record")
    assert not run("SELECT FROM allocations_supportingdocument")


def test_valid_document_cannot_be_asked_for_again_but_an_expired_one_can(review):
    review(see_document, kind="identity", valid_until=paris_day(5))
    with pytest.raises(ValidationError, match="reste valable"):
        review(ask_document, kind="identity")
    run("UPDATE allocations_supportingdocument SET seen_on = loge_today() - 9, valid_until = loge_today() - 1")
    again = review(ask_document, kind="identity")
    assert (again.seen_on, again.due_on) == (None, paris_day(30))


def test_expired_document_is_refused_when_seen(review):
    with pytest.raises(ValidationError, match="plus valable"):
        review(see_document, kind="identity", valid_until=paris_day(-1))


def test_request_for_a_document_is_withdrawn_before_it_is_seen_only(review):
    document = review(ask_document, kind="work")
    with acting_as(document.asked_by) as access:
        withdraw_document(by=access.person, document=access.rows(SupportingDocument).get(), context=access.context)
    checked = review(see_document, kind="identity")
    with acting_as(checked.seen_by) as access, pytest.raises(ValidationError, match="a été vue"):
        withdraw_document(by=access.person, document=access.rows(SupportingDocument).get(), context=access.context)
    assert run("SELECT kind FROM allocations_supportingdocument") == [("identity",)]


@pytest.mark.parametrize("basis", ["n1", "twelve_months"])
@pytest.mark.parametrize("cents, counts", [(2_700_000, True), (2_700_001, False), (0, True)])
def test_later_income_counts_only_if_a_tenth_lower(review, basis, cents, counts):
    assess(review, "n2", 30_000)
    enter_figure("twelve_months_deduction_permille", 0)
    year = paris_day().year
    later = {"signing_year": year, "basis": basis, "rfr_cents": cents, "proof": "payslips"}
    if counts:
        assert review(assess_income, **later).year == {"n1": year - 1, "twelve_months": year}[basis]
    else:
        with pytest.raises(ValidationError, match="au moins 10"):
            review(assess_income, **later)
    assert run("SELECT count(*) FROM allocations_income") == [(1 + counts,)]


def test_income_of_twelve_months_is_what_remains_after_the_deduction(review):
    assess(review, "n2", 30_000)
    later = {"signing_year": paris_day().year, "basis": "twelve_months", "proof": "payslips"}
    with pytest.raises(ValidationError, match="chiffre légal manque"):
        review(assess_income, **later, rfr_cents=3_000_000)
    enter_figure("twelve_months_deduction_permille", 100)
    assert review(assess_income, **later, rfr_cents=3_000_000).rfr_cents == 2_700_000
    with pytest.raises(ValidationError, match="au moins 10"):
        review(assess_income, **later, rfr_cents=3_000_001)
    aline = Income.objects.using(OWNER).first().assessed_by
    with acting_as(aline) as access:
        results = {of.financing: of for of in verdicts(access, access.rows(Application).get(), "paris")}
    assert (results["PLUS"].answer.income.cents, results["PLUS"].answer.income.basis) == (2_700_000, "twelve_months")


def test_later_income_needs_the_income_of_two_years_ago_first(review):
    with pytest.raises(ValidationError, match="avant-dernière année"):
        assess(review, "n1", 10_000)


def test_income_of_two_years_ago_cannot_be_lowered_under_a_counted_drop(review):
    assess(review, "n2", 30_000)
    assess(review, "n1", 20_000)
    with pytest.raises(ValidationError, match="au moins 10"):
        assess(review, "n2", 22_000)
    assert run("SELECT rfr_cents FROM allocations_income WHERE basis = 'n2'") == [(3_000_000,)]


def test_declared_income_gives_a_provisional_verdict(landlord):
    aline, year = landlord.person("aline"), paris_day().year
    application = make_application(landlord.place("Agence Belleville"), "Vidal", by=aline)
    Income.objects.using(OWNER).create(
        application=application, signing_year=year, basis="n2", year=year - 2, rfr_cents=1_000_000
    )
    open_occasion(application, aline)
    with acting_as(aline) as access:
        results = verdicts(access, access.rows(Application).get(), "paris")
    assert all(verdict.provisional for verdict in results if verdict.answer)
    assert {name.split()[0] for verdict in results for name in verdict.missing} <= {"ceiling"}


def test_sworn_statement_is_no_proof_of_income(review):
    with pytest.raises(ValidationError, match="pièce"):
        assess(review, proof="sworn_statement")


def test_income_for_a_distant_signing_year_is_refused(review):
    with pytest.raises(ValidationError, match="année"):
        review(assess_income, signing_year=paris_day().year + 2, basis="n2", rfr_cents=0, proof="tax_notice")


@pytest.mark.parametrize(
    "change, rule",
    [
        ("UPDATE allocations_income SET year = year - 1", "income_year_matches_basis"),
        ("UPDATE allocations_income SET rfr_cents = -1", "income_not_negative"),
        ("UPDATE allocations_income SET proof = 'sworn'", "income_assessed_with_its_proof"),
        ("UPDATE allocations_supportingdocument SET kind = 'visit_report'", "document_is_listed"),
        ("UPDATE allocations_supportingdocument SET due_on = asked_on", "document_asked_with_a_delay"),
        ("UPDATE allocations_supportingdocument SET valid_until = loge_today()", "document_seen_while_valid"),
        ("INSERT INTO allocations_income SELECT gen_random_uuid(), signing_year, basis, year, 5, false, '', NULL,"
         " application_id, NULL FROM allocations_income", "income_once_a_basis"),
    ],
)  # fmt: skip
def test_constraints_hold_against_raw_sql(review, change, rule):
    assess(review)
    review(ask_document, kind="work")
    with pytest.raises(IntegrityError, match=rule):
        run(change)


def test_drop_of_a_tenth_holds_against_raw_sql(review):
    assess(review, "n2", 30_000)
    assess(review, "n1", 20_000)
    with pytest.raises(IntegrityError, match="dropped by a tenth"):
        run("UPDATE allocations_income SET rfr_cents = 2900000 WHERE basis = 'n1'")


def test_seen_document_cannot_be_deleted_by_the_web_process(landlord, review):
    review(see_document, kind="identity")
    as_role(Compartment.APPLICANTS, landlord.person("aline").pk, "DELETE FROM allocations_supportingdocument")
    assert run("SELECT count(*) FROM allocations_supportingdocument") == [(1,)]


def test_review_writes_nothing_after_the_occasion(landlord, review):
    review(see_document, kind="identity")
    run("UPDATE allocations_occasion SET ends_at = opened_at")
    aline = landlord.person("aline").pk
    as_role(
        Compartment.APPLICANTS, aline, "UPDATE allocations_supportingdocument SET valid_until = NULL, seen_on = NULL"
    )
    assert run("SELECT seen_on FROM allocations_supportingdocument") == [(paris_day(),)]
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(
            Compartment.APPLICANTS,
            aline,
            "INSERT INTO allocations_householdmember (id, tie, birth_date, custody, on_tax_notice, cmi, application_id)"
            " VALUES (gen_random_uuid(), 'other', '1990-01-01', '', false, false, %s)",
            str(run("SELECT id FROM allocations_application")[0][0]),
        )
