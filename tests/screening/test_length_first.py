"""The length of every text must be checked before the text is screened, wherever the text comes from.

Otherwise a very long text would occupy the server, because the screening takes longer for longer texts.
"""

import ast
import io
import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db.models import Value
from django.urls import reverse

from casework.actions.contests import contest_refusal
from casework.actions.notes import write_note
from casework.forms.vocabulary import LONGEST_WORDS
from casework.models import AccountNote, FactCode, LegacyComment
from casework.models.legacy_comments import TOO_LONG as TOO_LONG_CODE
from exchange.legacy_comments.importing import SCREENED
from exchange.portfolio.values import Wrong, name
from ledger.actions.bank_details import set_bank_details
from privacy import screened
from privacy.screened import LONGEST, find_disclosures, named, require_allowed_text
from screening.management.commands.screen import LONGEST_TEXT
from tests.architecture.source import files
from tests.builders import OWNER, paris_day
from tests.builders import write_note as stored_note
from tests.casework.test_notes import AT_A, note_form, page
from tests.exchange.test_legacy_comments import comment, take  # noqa: F401  (a fixture)
from tests.form_values import POSTS

HUGE = "il est alcoolique, " * 4_000
TOO_LONG = "x" * (LONGEST + 1)
# Only these modules call the screening directly. All others must use privacy/screened.py, which checks the length.
CALLERS = {
    "privacy/screened.py",
    # The module values.py may call the screening, because it first checks the length of each cell of a CSV file.
    "exchange/portfolio/values.py",
    # The module rules.py may call the screening for two joined cells, because values.py has checked their lengths.
    "exchange/portfolio/rules.py",
    # The module cells.py may call the screening, because it first checks the length of each value.
    "exchange/applications/cells.py",
    "screening/management/commands/screen.py",
}


@pytest.fixture
def lengths(monkeypatch) -> list[int]:
    """A list to which the length of each screened text is added."""
    given: list[int] = []

    def spied(screen):
        return lambda text, *more, **named: given.append(len(text)) or screen(text, *more, **named)

    monkeypatch.setattr(screened, "screen", spied(screened.screen))
    monkeypatch.setattr(screened, "screen_name", spied(screened.screen_name))
    return given


def test_five_modules_call_the_screen():
    own = {"screening.screen", "screening.screen_many", "screening.naming.screen_name"}
    callers = {
        path
        for path, tree in files().items()
        if not path.startswith("screening/") or "/commands/" in path
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and {f"{node.module}.{alias.name}" for alias in node.names} & own
    }
    assert callers == CALLERS


@pytest.mark.parametrize("ask", [require_allowed_text, find_disclosures, lambda text: named(name=text)])
@pytest.mark.parametrize("text", [HUGE, TOO_LONG])
def test_a_longer_text_is_refused_unscreened(lengths, ask, text):
    with pytest.raises(ValidationError) as refused:
        ask(text)
    assert "280" in str(refused.value.messages) and lengths == []


def test_a_column_takes_no_longer_text_than_its_own(landlord, lengths):
    account = landlord.account(AT_A)
    note = stored_note(account, "Rappelle le 5.")
    rows = AccountNote._base_manager.using(OWNER).filter(pk=note.pk)
    lengths.clear()
    for write in (
        lambda: rows.update(text=HUGE),
        lambda: AccountNote._base_manager.using(OWNER).bulk_create([AccountNote(text=HUGE)]),
        lambda: AccountNote(text=HUGE).save(using=OWNER),
        lambda: FactCode._base_manager.using(OWNER).update(title_fr="x" * 41),
    ):
        with pytest.raises(ValidationError):
            write()
    with pytest.raises(TypeError):
        rows.update(text=Value("x"))
    assert lengths == []


def test_actions_refuse_a_longer_text_unscreened(landlord, lengths):
    account, by = landlord.account(AT_A), landlord.person("elise")
    code = FactCode.objects.using(OWNER).get(code="payment_difficulty")
    what = {"by": by, "account": account, "code": code, "reason": "sequence", "ends_on": paris_day(90)}
    tenant = account.lease.parties.first().tenant
    for act in (
        lambda: write_note(text=HUGE, **what),
        lambda: contest_refusal(text=HUGE, **what),
        lambda: set_bank_details(
            by=by, account=account, tenant=tenant, iban="FR7630006000011234567890189", holder=HUGE
        ),
    ):
        with pytest.raises(ValidationError):
            act()
    assert lengths == []


def test_pages_screen_no_text_longer_than_their_fields(landlord, sign_in, lengths):
    officer, steward = sign_in("elise"), sign_in("paul")
    answer = officer.post(page(landlord), note_form(HUGE))
    assert answer.status_code == 200 and "280" in answer.content.decode()
    assert (
        officer.post(reverse("note_reading", args=[landlord.account(AT_A).reference]), {"text": HUGE}).status_code
        == 200
    )
    assert officer.post(page(landlord), note_form(HUGE, contest="1")).status_code == 200
    code = {**POSTS["vocabulary_add"](None), **dict.fromkeys(("title_fr", "sentence_fr", "code"), HUGE)}
    assert steward.post("/vocabulaire/nouveau/", code).status_code == 200
    assert lengths and max(lengths) <= LONGEST_WORDS < 500
    assert not AccountNote.objects.using(OWNER).exists()


def test_contact_and_tenant_forms_screen_no_longer_name(landlord, sign_in, lengths):
    contact = reverse("contact_change", args=[landlord.residence(AT_A).pk])
    answer = sign_in("elise").post(contact, {"channel": "phone", "phone": "06 39 98 00 00", "contact_name": HUGE})
    assert answer.status_code == 200 and lengths == []


def test_a_legacy_comment_is_screened_up_to_two_thousand_characters(landlord, take, lengths):  # noqa: F811
    long = "Rappelle le 5 pour la date. " * 50
    assert len(long) < SCREENED
    take([comment(landlord, long), comment(landlord, HUGE[:60_000])])
    assert max(lengths) <= SCREENED and len(lengths) == 1
    assert set(LegacyComment.objects.using(OWNER).values_list("category", flat=True)) == {TOO_LONG_CODE}


@pytest.mark.parametrize("cell", [HUGE, "e\u0316\u0301" * 15_000, "Durand " * 9_000])
def test_the_length_of_a_cell_is_checked_before_normalising(monkeypatch, cell):
    for costly in ("screen_name", "clean"):
        monkeypatch.setattr(f"exchange.portfolio.values.{costly}", lambda _text: pytest.fail("before its length"))
    with pytest.raises(Wrong, match="long"):
        name(80).parse(cell)


def test_screen_command_refuses_a_huge_text_and_continues(monkeypatch):
    lines = [{"id": 1, "text": "x" * (LONGEST_TEXT + 1)}, {"id": 2, "text": "badge remis"}]
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(json.dumps(line) + "\n" for line in lines)))
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError):
        call_command("screen", stdout=out, stderr=err)
    assert [json.loads(line)["id"] for line in out.getvalue().splitlines()] == [2]
    assert "1" in err.getvalue() and "100000" in err.getvalue() and "xx" not in err.getvalue()
