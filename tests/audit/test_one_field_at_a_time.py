"""A form that edits a stored row must write an audit event even if only one of its fields is changed.

The lists below divide the pages that change data into two groups. Pages that edit a row are tested field by field.
Pages that create or end a row always write an event, so their fields are not tested. The test fails if a page or field
is in no list.
"""

import io

import pytest
from django.core.management import call_command

from tests.builders import events, run
from tests.exchange.portfolio.landlord import small, write
from tests.form_values import POSTS
from tests.sample_objects import SampleObjects
from tests.text_inputs.received import Heard
from tests.visits import Visit, visits

# EDITS maps pages to form fields and new values. One value per request is new; other fields keep their stored values.
EDITS: dict[str, dict[str, tuple[str | list[str], ...]]] = {
    "contact_change": {
        "phone": ("06 39 98 00 11",),
        "email": ("autre@exemple.example", ""),
        "contact_name": ("Rose Martin", ""),
        "channel": ("letter",),
    },
    "place_contact": {"phone": ("01 99 00 12 35", ""), "email": ("autre@trois-rives.example", "")},
    "applicant_change": {
        "last_name": ("Demande",),
        "first_name": ("Rose", ""),
        "birth_date": ("13/03/1987",),
        "phone": ("06 39 98 00 11", ""),
        "email": ("autre@exemple.example", ""),
        "street": ("14 rue des Lilas", ""),
        "postcode": ("75019", ""),
        "city": ("Pantin", ""),
        "cmi": ("on", ""),
    },
    "application_wishes": {
        "number": ("0751125999999ABCDE", ""),
        "housing": ("hotel", ""),
        "rooms_to": ("4",),
        "rooms_from": ("1",),
        "equipment": (["lift", "shower"], []),
    },
    "unit_terms": {
        "financing": ("PLS",),
        "zone": ("idf",),
        "rent_cents": ("500",),
        "charges_cents": ("55,20",),
        "qpv": ("on", ""),
        "qpv_on": ("01/02/2026",),
        "equipment": (["lift", "shower"], []),
        "first_letting": ("on", ""),
    },
    "sheet_prepare": {
        "resources_cents": ("1 600",),
        "aid_cents": ("100", "0"),
        "owner_suited": ("",),
    },
    "bank_details": {"holder": ("Rose Dette",), "iban": ("FR76 3000 6000 0112 3456 7890 189",)},
}
# The pages in ONCE create or end a row. They write an event whatever the fields contain, so no field is tested.
ONCE = {
    "account_contact",
    "account_fact",
    "agenda_remove",
    "account_facts",
    "account_notes",
    "account_settle",
    "application_close",
    "application_documents",
    "application_due",
    "application_household",
    "application_income",
    "application_leave",
    "application_open",
    "application_priorities",
    "application_take",
    "application_term",
    "application_warning",
    "assignment_end",
    "assignment_extend",
    "assignment_grant",
    "applications_import",
    "assignment_move",
    "books_receipts",
    "breaches",
    "building_add",
    "candidacy_open",
    "candidacy_withdraw",
    "candidate_designate",
    "card_fact",
    "card_facts",
    "ceilings",
    "certificate",
    "contest",
    "claims",
    "claims_to_agree",
    "contingent",
    "contingent_end",
    "contingents",
    "contest_agree",
    "copies",
    "decision_count",
    "decision_propose",
    "decision_vote",
    "deferrals",
    "discreet",
    "dwelling_fact",
    "dwelling_facts",
    "emergency",
    "emergency_review",
    "entry_adjustment",
    "entry_charge",
    "entry_payment",
    "entry_reverse",
    "evacuation",
    "exchange",
    "fragile_residence_end",
    "fragile_residences",
    "grid_adopt",
    "grid_draft",
    "grid_trial",
    "ground_case",
    "ground_case_take",
    "hand_over",
    "hand_over_lease",
    "help_codes",
    "identity_check",
    "cash_receipt",
    "saved_filters",
    "door_check",
    "inherited_erase",
    "inherited_line",
    "inspection_agree",
    "inspection_ask",
    "intake",
    "lease_new",
    "lease_notice",
    "lease_transfer",
    "lease_undo",
    "legal_figures",
    "look_answer",
    "look_defer",
    "look_question",
    "item_carry_over",
    "item_preside",
    "minutes_sign",
    "offer_answer",
    "offer_notify",
    "offer_renounce",
    "offer_send",
    "on_call_grant",
    "own_nominate",
    "own_question",
    "person_close",
    "person_factors_reset",
    "person_leave",
    "person_reopen",
    "person_sessions_end",
    "place_add",
    "places_exchange",
    "receipts",
    "recut",
    "reminder_door",
    "reminder_give",
    "birth_date",  # The birth date form can be sent only once, so tests/ledger/test_birth_dates.py tests each field.
    "name_correction",  # The name form can be sent only once, so tests/tenants/test_names.py tests each field.
    "representatives",
    "request_approve",
    "request_batch_approve",
    "requests_decide",
    "assignments_change",
    "request_new",
    "request_newcomer",
    "request_refuse",
    "request_withdraw",
    "resident_in",
    "resident_out",
    "right_unused",
    "rights_confirm",
    "tasks",
    "shortlist_draw",
    "session_close",
    "session_convene",
    "seat_release",
    "session_cancel",
    "session_open",
    "session_preside",
    "session_recuse",
    "session_seats",
    "stand_in_end",
    "stand_in_grant",
    "erasure",
    "restriction",
    "restriction_decide",
    "subject_request",
    "subject_request_new",
    "subject_request_take",
    "token_ask",
    "token_make",
    "token_revoke",
    "vacancy_convene",
    "vacancy_declare",
    "vacancy_orient",
    "vacancy_withdraw",
    "vocabulary",
    "vocabulary_add",
    "wall_end",
    "walls",
    "write_off",
}
# The API endpoints in ONCE_BY_PROGRAMS always write an event, so their fields are not tested one by one.
ONCE_BY_PROGRAMS = {
    *("api_payment", "api_charge", "api_adjustment", "api_reversal"),
    *("api_assignment_grant", "api_assignment_extend", "api_assignment_end"),
    *("api_vacancy_declare", "api_application_take", "api_application_income", "api_application_renew"),
    *("api_document_ask", "api_document_see", "api_unit_terms", "api_vacancy_orient", "api_vacancy_withdraw"),
    *("api_shortlist_draw", "api_candidate_designate", "api_candidacy_withdraw", "api_vacancy_convene"),
    *("api_application_open", "api_candidacy_open", "api_sheet_prepare", "api_hand_over", "api_own_nominate"),
    *("api_offer_send", "api_offer_notify", "api_offer_answer"),
    *("api_session_recuse", "api_session_open", "api_session_close"),
    *("api_vacancy_take_off", "api_agenda_remove", "api_offer_renounce"),
    *("api_session_preside", "api_item_preside", "api_item_carry_over"),
    *("api_fragile_residence_name", "api_fragile_residence_end"),
    *("api_decision_propose", "api_decision_vote", "api_decision_count"),
}
# CELLS maps columns of the import file locataires.csv to changed values. A second import changes one column at a time.
CELLS = {
    "civilite": "mr",
    "nom": "Durand",
    "prenom": "Rose",
    "contact": "letter",
    "telephone": "06 39 98 12 35",
    "courriel": "autre@exemple.example",
    "personne_choisie": "Rose Martin",
    "naissance": "13/03/1981",
    "iban": "FR76 3000 6000 0112 3456 7890 189",
    "titulaire": "Rose Durand",
}


def writing() -> list[Visit]:
    return [visit for visit in visits() if visit.door.writes]


def test_every_writing_page_is_listed_as_editing_or_creating():
    pages = {visit.name for visit in writing() if not visit.door.api}
    assert sorted(pages - EDITS.keys() - ONCE) == []
    assert sorted((EDITS.keys() | ONCE) - pages) == []
    assert {visit.name for visit in writing() if visit.door.api} == ONCE_BY_PROGRAMS


def changes() -> int:
    [(count,)] = run("SELECT count(*) FROM audit_event WHERE outcome = 'changed'")
    return count


@pytest.mark.parametrize("page", EDITS)
def test_changing_a_single_field_records_an_event(sample_objects: SampleObjects, sign_in, monkeypatch, page):
    heard = Heard()
    heard.listen(monkeypatch)
    visit = next(one for one in writing() if one.name == page)
    client, url = sign_in(visit.who), visit.url(sample_objects)
    stored = {**dict.fromkeys(EDITS[page], ""), **POSTS[page](sample_objects)}
    assert client.post(url, stored).status_code == 302
    assert heard.bound.keys() == EDITS[page].keys(), "a field without a case"
    for field, values in EDITS[page].items():
        for value in values:
            before = changes()
            stored[field] = value
            assert client.post(url, stored).status_code == 302, (field, value)
            assert changes() == before + 1, (field, value)


def test_importing_a_single_changed_cell_records_an_event(bare, tmp_path):
    lines = small()
    names = set(lines["locataires.csv"][0]) | CELLS.keys()
    assert names - {"cle"} == CELLS.keys()

    def taken(name: str) -> int:
        call_command("import_portfolio", str(write(tmp_path / name, lines)), stdout=io.StringIO())
        return len(events(kind="portfolio_imported"))

    count = taken("first")
    for name, value in CELLS.items():
        before = stored_tenants()
        lines["locataires.csv"][0][name] = value
        count += 1
        assert taken(name) == count, name
        assert stored_tenants() != before, name


def stored_tenants() -> list[tuple]:
    parts = ("tenants_tenant", "tenants_identity", "ledger_bankdetail")
    return [run(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {part} t")[0] for part in parts]
