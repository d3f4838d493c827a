"""Forms sent from a phone browser without JavaScript must have the same effect as with JavaScript."""

import pytest
from playwright.sync_api import Locator, expect

from tests.builders import events
from tests.sample_objects import SampleObjects
from tests.visits import Visit, visits

pytestmark = pytest.mark.browser

# Name of a page -> the audit event that sending its form creates.
SENT = {
    "breaches": "breach_noted",
    "receipts": "receipt_cleared",
    "rights_confirm": "rights_reviewed",
    "contest": "contest_suspended",
    "contest_agree": "contest_decided",
    "certificate": "certificate_issued",
    "look_defer": "look_deferred",
    "deferrals": "deferral_agreed",
    "inherited_line": "inherited_decided",
    "trace_account": "history_read",
}
# Pages whose form is stored only after confirmation on a second page.
READ_BACK = {"breaches"}


def doors() -> dict[str, Visit]:
    return {visit.name: visit for visit in visits()}


def fills(form: Locator, name: str, value: str) -> Locator | None:
    """Fill in the field `name` of a form and return None, or return the button `name` without pressing it.

    The caller presses the button after it has filled in all other fields.
    """
    field = form.locator(f'[name="{name}"]')
    if (pressed := form.locator(f'button[name="{name}"][value="{value}"]')).count():
        return pressed
    if field.first.get_attribute("type") == "radio":
        form.locator(f'[name="{name}"][value="{value}"]').check()
    elif field.first.get_attribute("type") == "hidden":
        assert value in [item.get_attribute("value") for item in field.all()]
    elif field.first.evaluate("one => one.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)
    return None


@pytest.mark.parametrize("name", SENT)
def test_form_works_without_javascript(call_on, landlord, name):
    sample_objects, visit = SampleObjects(landlord), doors()[name]
    answers = {field: str(value) for field, value in visit.post(sample_objects).items()}
    who = call_on(visit.who, 390, 844, java_script_enabled=False)
    page = who.page
    page.goto(visit.url(sample_objects))
    form = page.locator("main form")
    for field, value in answers.items():
        form = form.filter(has=page.locator(f'[name="{field}"]'))
        if page.locator(f'[type=hidden][name="{field}"], button[name="{field}"]').count():
            form = form.filter(has=page.locator(f'[name="{field}"][value="{value}"]'))
    expect(form).to_have_count(1)
    before = len(events(kind=SENT[name]))
    pressed = [item for field, value in answers.items() if (item := fills(form, field, value))]
    (pressed[0] if pressed else form.locator("button").first).click()
    page.wait_for_load_state()
    assert not page.locator(".errors, .field .error").count(), page.locator("main").inner_text()
    if name in READ_BACK:
        expect(page.locator("main h2")).to_have_text("Vérifier")
        page.locator("main form button").first.click()
        page.wait_for_load_state()
    assert len(events(kind=SENT[name])) > before
    who.pages += 1


def test_evidence_form_works_without_javascript(call_on, landlord):
    """The form that exports audit events must say that no event is sealed yet, and must keep what was typed."""
    ines, reference = (
        call_on("ines", 390, 844, java_script_enabled=False),
        landlord.account("Dette-Glycines A").reference,
    )
    ines.page.goto("/trace/preuves/")
    ines.page.get_by_label("Références de comptes").fill(reference)
    ines.page.get_by_role("button", name="Exporter le dossier").click()
    ines.sees("Aucune mention n’est encore sous sceau")
    expect(ines.page.get_by_label("Références de comptes")).to_have_value(reference)
    ines.pages += 1
