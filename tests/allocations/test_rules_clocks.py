"""Rules of deadlines: their last day, the moment in Paris when they end, and the effect of no answer."""

import pytest

from tests.allocations.cases import answer, calculate, error, missing, parameter


def clock(name, **facts):
    return answer(kind="clock", clock=name, **facts)


def last_day(name, **facts):
    return clock(name, **facts)["last_day"]


def offer(**facts):
    return clock("offer", **({"delay_days": 10} | facts))


# --- Offers ---


@pytest.mark.parametrize(
    ("notified_on", "expected"),
    [
        ("2026-11-02", "2026-11-12"),
        ("2026-11-04", "2026-11-16"),  # The last day moves from Saturday the 14th to Monday.
        ("2026-11-05", "2026-11-16"),  # The last day moves from Sunday the 15th to Monday.
        ("2026-11-01", "2026-11-12"),  # The tenth day, 11 November, is a holiday. The last day moves to the 12th.
        ("2026-12-15", "2026-12-28"),  # The tenth day is Friday 25 December. The last day moves to Monday.
        ("2026-03-27", "2026-04-07"),  # The tenth day is 6 April, Easter Monday. The last day moves to Tuesday.
        ("2026-12-22", "2027-01-04"),  # The tenth day is Friday 1 January. The last day moves to Monday.
        ("2026-05-04", "2026-05-15"),  # The tenth day is 14 May, Ascension Day. The last day moves to Friday.
    ],
)
def test_offer_ends_on_a_working_day_counted_from_the_day_after(notified_on, expected):
    assert offer(notified_on=notified_on)["last_day"] == expected


def test_offer_may_leave_more_than_ten_days_but_not_fewer():
    assert offer(notified_on="2026-11-02", delay_days=15)["last_day"] == "2026-11-17"
    assert "at least 10 days, not 9" in error(kind="clock", clock="offer", notified_on="2026-11-02", delay_days=9)
    assert "at least 10 days, not 9" in error(kind="clock", clock="offer", delay_days=9)


def test_delay_that_the_offer_does_not_state_is_the_landlords():
    case = {"kind": "clock", "clock": "offer", "notified_on": "2026-11-02"}
    assert missing(**case) == ["parameter offer_delay_days 2026-11-02"]
    assert answer(**case, rows=[parameter("offer_delay_days", 15)])["last_day"] == "2026-11-17"


def test_holiday_of_a_region_applies_only_if_its_row_is_given():
    assert offer(notified_on="2026-03-24")["last_day"] == "2026-04-03"
    row = {"row": "extra_holiday", "date": "2026-04-03", "source": "local law of Alsace-Moselle: Good Friday"}
    assert offer(notified_on="2026-03-24", rows=[row])["last_day"] == "2026-04-07"


@pytest.mark.parametrize(
    ("validity", "expected"),
    [
        ({"valid_from": "2020-01-01"}, "2026-04-07"),
        ({"valid_from": "2020-01-01", "valid_to": "2026-04-03"}, "2026-04-07"),
        ({"valid_from": "2020-01-01", "valid_to": "2026-04-02"}, "2026-04-03"),
        ({"valid_from": "2026-04-04"}, "2026-04-03"),
    ],
)
def test_holiday_of_a_region_must_be_in_force_on_its_date(validity, expected):
    row = {"row": "extra_holiday", "date": "2026-04-03", "source": "local law of Alsace-Moselle: Good Friday"}
    assert offer(notified_on="2026-03-24", rows=[row | validity])["last_day"] == expected


def test_registered_letter_counts_from_receipt():
    assert offer(presented_on="2026-11-02", received_on="2026-11-06")["last_day"] == "2026-11-16"


def test_registered_letter_never_collected_counts_from_its_presentation():
    assert offer(presented_on="2026-11-02", never_collected=True)["last_day"] == "2026-11-12"


def test_registered_letter_that_may_still_be_collected_is_missing_its_receipt():
    case = {"kind": "clock", "clock": "offer", "delay_days": 10}
    assert missing(**case, presented_on="2026-11-02") == [
        "received_on of the registered letter, or that it was never collected"
    ]
    assert missing(**case) == ["notified_on, or received_on or presented_on of the registered letter"]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"presented_on": "2026-11-05", "received_on": "2026-11-04"}, "before it is first presented"),
        ({"received_on": "2026-11-04", "never_collected": True}, "was collected"),
        ({"notified_on": "2026-11-04", "received_on": "2026-11-04"}, "either notified_on"),
        ({"notified_on": "2026-11-04", "reply": "accepted"}, "together"),
        ({"notified_on": "2026-11-04", "at": "2026-11-10T12:00:00"}, "instant with its offset"),
        ({"notified_on": "2026-11-04", "at": "2026-11-10"}, "instant with its offset"),
    ],
)
def test_impossible_offers_are_errors(facts, words):
    assert words in error(kind="clock", clock="offer", delay_days=10, **facts)


@pytest.mark.parametrize(
    ("at", "over"),
    [
        ("2026-11-12T23:59:59+01:00", False),
        ("2026-11-13T00:00:00+01:00", True),
        ("2026-11-12T22:59:59Z", False),
        ("2026-11-12T23:00:00Z", True),
        ("2026-11-12T23:30:00-05:00", True),
    ],
)
def test_offer_is_over_at_midnight_in_paris(at, over):
    result = offer(notified_on="2026-11-02", at=at)
    assert (result["over"], result["expires_at"]) == (over, "2026-11-13T00:00:00+01:00")
    assert result["outcome"] == ("refused_by_silence" if over else "waiting")


@pytest.mark.parametrize(
    ("seen_on", "expires_at", "last_second", "midnight"),
    [
        # Cases around Sunday 25 October 2026, when the clocks go back, and Sunday 28 March 2027, when they go forward.
        ("2026-09-24", "2026-10-25T00:00:00+02:00", "2026-10-24T21:59:59Z", "2026-10-24T22:00:00Z"),
        ("2026-09-25", "2026-10-26T00:00:00+01:00", "2026-10-25T22:59:59Z", "2026-10-25T23:00:00Z"),
        ("2027-02-25", "2027-03-28T00:00:00+01:00", "2027-03-27T22:59:59Z", "2027-03-27T23:00:00Z"),
        ("2027-02-26", "2027-03-29T00:00:00+02:00", "2027-03-28T21:59:59Z", "2027-03-28T22:00:00Z"),
    ],
)
def test_midnight_follows_summer_time(seen_on, expires_at, last_second, midnight):
    result = clock("document_retention", seen_on=seen_on, at=last_second)
    assert (result["expires_at"], result["over"]) == (expires_at, False)
    assert clock("document_retention", seen_on=seen_on, at=midnight)["over"]


def test_reply_within_the_delay_counts_and_a_late_one_is_a_refusal():
    reply = {"notified_on": "2026-11-02", "reply": "accepted"}
    assert offer(**reply, replied_at="2026-11-12T23:59:59+01:00")["outcome"] == "accepted"
    assert offer(**reply, replied_at="2026-11-13T00:00:00+01:00")["outcome"] == "refused_by_silence"
    reply["reply"] = "refused"
    assert offer(**reply, replied_at="2026-11-03T10:00:00+01:00")["outcome"] == "refused"


@pytest.mark.parametrize("reply", ["accepted", "refused"])
@pytest.mark.parametrize(
    "letter",
    [
        {"notified_on": "2026-11-02"},
        {"received_on": "2026-11-02"},
        {"presented_on": "2026-11-02", "never_collected": True},
    ],
)
def test_reply_before_the_notification_is_an_error(letter, reply):
    case = {"kind": "clock", "clock": "offer", "delay_days": 10, "reply": reply, **letter}
    assert error(**case, replied_at="2026-11-01T23:59:59+01:00") == (
        "replied_at is before the notification on 2026-11-02."
    )
    # 23:00 UTC is midnight in Paris, so the reply is on the day of the notification and not before.
    assert answer(**case, replied_at="2026-11-01T23:00:00Z")["outcome"] == reply


def test_offer_without_an_instant_has_no_outcome():
    assert set(offer(notified_on="2026-11-02")) == {"clock", "last_day", "expires_at"}


# --- Delays in months ---


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-01-15", "2026-02-15"),
        ("2026-01-31", "2026-02-28"),
        ("2028-01-31", "2028-02-29"),
        ("2026-03-31", "2026-04-30"),
        ("2026-02-28", "2026-03-28"),
        ("2026-12-31", "2027-01-31"),
        ("2026-08-14", "2026-09-14"),
    ],
)
def test_a_month_ends_on_the_same_number_or_the_last_day(start, expected):
    assert last_day("registration_certificate", filed_on=start) == expected
    assert last_day("closing_warning", motive="c", delivered_on=start) == expected


def test_month_without_the_same_number_says_its_rule():
    def rules(start):
        return calculate(kind="clock", clock="registration_certificate", filed_on=start)["reasons"]

    assert any("article 641" in reason for reason in rules("2026-01-31"))
    assert not any("article 641" in reason for reason in rules("2026-01-28"))


def test_delays_in_months_do_not_move_to_a_working_day():
    # 15 November 2026 is a Sunday, but a delay in months does not move to a working day.
    assert last_day("registration_certificate", filed_on="2026-10-15") == "2026-11-15"


@pytest.mark.parametrize("motive", ["a", "b", "e", "f"])
def test_only_motives_c_and_d_need_a_warning(motive):
    assert "needs no warning" in error(kind="clock", clock="closing_warning", motive=motive, delivered_on="2026-01-15")


def test_warning_without_proof_of_delivery_starts_no_delay():
    assert missing(kind="clock", clock="closing_warning", motive="d") == ["proof of delivery of the warning"]


@pytest.mark.parametrize(
    ("department", "expected"),
    [("75", "2026-07-31"), ("92", "2026-04-30"), ("2A", "2026-04-30"), ("974", "2026-04-30")],
)
def test_dalo_designation_takes_3_months_and_6_in_paris(department, expected):
    assert last_day("dalo_designation", recognised_on="2026-01-31", department=department) == expected


@pytest.mark.parametrize("department", ["00", "20", "96", "99", "970", "979", "1", "2C", "75 ", "75113", "0A", "٧٥"])
def test_code_of_no_department_is_an_error(department):
    case = {"kind": "clock", "clock": "dalo_designation", "recognised_on": "2026-01-31"}
    assert "must be the code of a department" in error(**case, department=department)


# --- Renewal ---

VALIDITY = parameter("application_validity_months", 12)


def test_validity_of_an_application_is_the_landlords_row():
    case = {"kind": "clock", "clock": "renewal", "filed_on": "2026-03-31"}
    assert missing(**case) == ["parameter application_validity_months 2026-03-31"]
    result = answer(**case, rows=[VALIDITY])
    assert (result["last_day"], result["remind_by"]) == ("2027-03-31", "2027-02-28")


def test_renewal_counts_from_the_last_renewal():
    facts = {"filed_on": "2024-02-29", "earlier_renewals": ["2025-02-20"], "rows": [VALIDITY]}
    result = clock("renewal", renewed_on="2026-02-15", **facts)
    assert (result["last_day"], result["remind_by"]) == ("2027-02-15", "2027-01-15")


@pytest.mark.parametrize(
    ("renewals", "words"),
    [
        ({"renewed_on": "2025-03-01"}, "valid until 2025-02-28: it cannot be renewed on 2025-03-01"),
        ({"renewed_on": "2026-02-15"}, "valid until 2025-02-28"),
        ({"renewed_on": "2026-02-15", "earlier_renewals": ["2025-03-01"]}, "valid until 2025-02-28"),
        ({"renewed_on": "2026-02-21", "earlier_renewals": ["2025-02-20"]}, "valid until 2026-02-20"),
        ({"renewed_on": "2024-02-28"}, "the renewal on 2024-02-28 is before 2024-02-29"),
        ({"renewed_on": "2024-06-01", "earlier_renewals": ["2024-07-01"]}, "is before 2024-07-01"),
        ({"earlier_renewals": ["2024-07-01"]}, '"renewed_on", which is absent'),
        ({"renewed_on": "2024-07-01", "earlier_renewals": [20240601]}, "a list of strings"),
        ({"renewed_on": "2024-07-01", "earlier_renewals": ["soon"]}, '"earlier_renewals" must be a day'),
    ],
)
def test_impossible_renewals_are_errors(renewals, words):
    assert words in error(kind="clock", clock="renewal", filed_on="2024-02-29", rows=[VALIDITY], **renewals)


def test_application_may_be_renewed_on_its_last_day():
    assert last_day("renewal", filed_on="2024-02-29", renewed_on="2025-02-28", rows=[VALIDITY]) == "2026-02-28"


@pytest.mark.parametrize(("reminded_on", "in_time"), [("2027-02-28", True), ("2027-03-01", False)])
def test_reminder_is_due_at_least_a_month_before(reminded_on, in_time):
    result = clock("renewal", filed_on="2026-03-31", reminded_on=reminded_on, rows=[VALIDITY])
    assert result["reminded_in_time"] is in_time


def test_reminder_of_an_earlier_validity_is_an_error():
    facts = {"kind": "clock", "clock": "renewal", "filed_on": "2024-05-10", "rows": [VALIDITY]}
    assert "reminded_on is before 2024-05-10" in error(**facts, reminded_on="2024-05-09")
    assert "reminded_on is before 2025-05-10" in error(**facts, renewed_on="2025-05-10", reminded_on="2025-04-01")
    assert answer(**facts, renewed_on="2025-05-10", reminded_on="2025-05-10")["reminded_in_time"]


@pytest.mark.parametrize(
    ("notified_on", "last_day", "holiday"),
    [
        # In 2024, 8 May is a holiday and 9 May is Ascension Day, so the last day moves to Friday 10 May.
        ("2024-04-28", "2024-05-10", None),
        # In 2038, Easter Monday has its latest possible date, 26 April, so the last day moves to 27 April.
        ("2038-04-16", "2038-04-27", None),
        # In 2025, Alsace-Moselle has a holiday on Friday 26 December, so the last day moves to Monday 29 December.
        ("2025-12-15", "2025-12-29", "2025-12-26"),
        ("2025-12-15", "2025-12-26", None),
        # In La Réunion, 20 December (abolition of slavery) is a holiday, so the last day moves to 21 December.
        ("2027-12-10", "2027-12-21", "2027-12-20"),
        ("2027-12-10", "2027-12-20", None),
        ("2028-02-19", "2028-02-29", None),
    ],
)
def test_offer_moves_over_holidays_in_a_row(notified_on, last_day, holiday):
    rows = [{"row": "extra_holiday", "date": holiday, "source": "local law"}] if holiday else []
    assert offer(notified_on=notified_on, rows=rows)["last_day"] == last_day


# --- Retention and assessment ---


def test_document_is_gone_30_days_after_it_was_seen():
    # 14 February 2026 is a Saturday, but the last day of storage does not move to a working day.
    assert last_day("document_retention", seen_on="2026-01-15") == "2026-02-14"


def test_retention_for_a_claim_is_the_landlords_row():
    case = {"kind": "clock", "clock": "claim_retention", "decided_on": "2024-02-29"}
    assert missing(**case) == ["parameter claim_retention_years 2024-02-29"]
    assert answer(**case, rows=[parameter("claim_retention_years", 5)])["last_day"] == "2029-02-28"


@pytest.mark.parametrize(
    ("signing_date", "needed"), [("2026-12-31", False), ("2027-01-01", True), ("2025-12-31", True)]
)
def test_new_assessment_is_needed_across_31_december(signing_date, needed):
    result = clock("new_assessment", assessed_for=2026, signing_date=signing_date)
    assert (result["new_assessment_needed"], result["last_day"]) == (needed, "2026-12-31")
