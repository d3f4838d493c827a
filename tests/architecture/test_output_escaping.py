"""Typed text cannot become code: templates never switch HTML escaping off, and no spreadsheet program runs a cell of a
CSV file as a formula. Flash messages contain no names, because a cookie stores flash messages."""

import ast
import csv
import io
import re

import pytest
from django.template import engines

from access.grants.exchange import assignment_cells, person_cells
from access.models import Assignment, Person, Place
from buildings.exchange import as_csv as places_csv
from formats.spreadsheets import Figure, Rows, harmless, sheet
from tests.architecture.source import ROOT, files, walk
from tests.builders import OWNER, run
from tests.sample_objects import SampleObjects
from tests.visits import Visit, visits

TEMPLATES = [path for path in sorted(ROOT.rglob("*.html")) if not {".venv", "node_modules"} & set(path.parts)]
# Only this template may switch escaping off: it shows a QR code, as an SVG image that allauth makes.
QR = "templates/mfa/totp/activate_form.html"
UNESCAPED = re.compile(r"\|\s*(?:safe|safeseq)\b|\{%\s*autoescape\s+off|\{%\s*filter\s+[^%]*safe")
# Maps each function that bypasses Django's escaping to the modules that may use the function.
TRUSTED = {
    # They pass only constants, day numbers and parts of rendered templates to `mark_safe` (see the test of it).
    "mark_safe": {"housing/templatetags/loge.py", "housing/templatetags/cached.py"},
    # The modules listed for `SafeString` use this class only in type annotations, which bypass no escaping.
    "SafeString": {
        "housing/templatetags/cached.py",
        "housing/templatetags/ledger.py",
        "housing/templatetags/loge.py",
        "access/pages/fields.py",
    },
}
PAST_ESCAPING = {"mark_safe", "SafeString", "SafeText", "SafeData", "html_safe", "conditional_escape_off"}
FORMULAS = (
    *("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\tcmd", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠SUM(A1)"),
    *("﹦1", "﹢1", "﹣1", "﹫SUM(A1)", " =1", "\u00a0=1", "\u2003=1", "\u200b=1", "\ufeff=1", "\u202e=1"),
    "\u2060\u200b@x",
)


# --- HTML -------------------------------------------------------------------------------------------------------------


def test_no_template_switches_escaping_off():
    assert len(TEMPLATES) > 100
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in TEMPLATES}
    texts[QR] = texts[QR].replace("{{ totp_svg|safe }}", "", 1)
    assert [name for name, text in texts.items() if UNESCAPED.search(text)] == []
    assert all(UNESCAPED.search(text) for text in ("{{ a|safe }}", "{{ a | safe }}", "{% autoescape off %}"))
    assert engines["django"].engine.autoescape


def _named(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def test_only_listed_modules_bypass_escaping():
    uses: dict[str, set[str]] = {}
    for path, tree in files().items():
        for node in walk(tree):
            names = {alias.name for alias in node.names} if isinstance(node, ast.ImportFrom) else {_named(node)}
            for name in names & PAST_ESCAPING:
                uses.setdefault(name, set()).add(path)
            if isinstance(node, ast.FunctionDef) and node.name == "__html__":
                uses.setdefault("__html__", set()).add(path)
            if isinstance(node, ast.keyword) and node.arg == "is_safe":
                uses.setdefault("is_safe", set()).add(path)
    assert uses == TRUSTED


def _calls(name: str) -> list[tuple[str, ast.Call]]:
    return [
        (path, node)
        for path, tree in files().items()
        for node in walk(tree)
        if isinstance(node, ast.Call) and _named(node.func) == name
    ]


def test_mark_safe_gets_a_constant_a_number_or_a_rendered_template():
    marked = [ast.unparse(call.args[0]) for _path, call in _calls("mark_safe")]
    assert len(marked) >= 2
    assert [text for text in marked if text not in ("''", "'?'", "str(day.day)", "rendered")] == []


def _is_constant(node: ast.expr) -> bool:
    """Whether an expression always gives a text from the code: a string literal, a choice of two literals, or the
    translation of a literal."""
    match node:
        case ast.Constant(value=str()):
            return True
        case ast.IfExp(body=first, orelse=second):
            return _is_constant(first) and _is_constant(second)
        case ast.Call(func=called, args=[only], keywords=[]):
            return _named(called) in ("_", "gettext", "gettext_lazy") and _is_constant(only)
    return False


def test_the_format_of_format_html_is_a_constant():
    """The format passed to `format_html` is always a constant, because `format_html` escapes only its other
    arguments."""
    calls = [(path, call.args[0]) for path, call in _calls("format_html")]
    calls += [(path, part) for path, call in _calls("format_html_join") for part in call.args[:2]]
    assert len(calls) > 8
    assert [f"{path}: {ast.unparse(node)}" for path, node in calls if not _is_constant(node)] == []


# --- CSV --------------------------------------------------------------------------------------------------------------


def test_only_one_module_writes_csv():
    writers = {
        path
        for path, tree in files().items()
        for node in walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("writer", "DictWriter") and _named(node.value) == "csv"
    }
    assert writers == {"formats/spreadsheets.py"}
    assert not [path for path, tree in files().items() for node in walk(tree) if _imports_a_writer(node)]


def _imports_a_writer(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.ImportFrom)
        and node.module == "csv"
        and bool({alias.name for alias in node.names} & {"writer", "DictWriter"})
    )


def cells(content: bytes | str) -> list[str]:
    text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    return [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=";") for cell in row]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_cell_that_a_spreadsheet_would_run_is_escaped(text):
    assert harmless(text) == harmless(harmless(text)) == f"'{text}"
    assert cells(sheet([text], [[text, "a"]])) == [f"'{text}", f"'{text}", "a"]


def test_numbers_and_ordinary_words_are_unchanged():
    row = [Figure("-12,50"), -3, "Été", "L'Haÿ", None]
    assert cells(sheet(["Solde"], [row])) == ["Solde", "-12,50", "-3", "Été", "L'Haÿ", ""]
    out = io.StringIO()
    Rows(out).add(["-1", Figure("-1")])
    assert cells(out.getvalue()) == ["'-1", "-1"]


def downloads() -> list[Visit]:
    """Return requests for all pages outside the API, because any of these pages may answer with a file."""
    return [visit for visit in visits() if not visit.door.api]


# Maps a table to its text columns that appear in downloaded files. The tests write a formula into each column.
SEEDED = {
    "tenants_tenant": ("last_name", "first_name", "contact_name"),
    "access_place": ("name",),
    "access_person": ("name",),
    "buildings_address": ("street", "city"),
    "buildings_unit": ("door",),
    "tenants_representative": ("name",),
}
RUNNING = re.compile(r"^[\s\u200b\ufeff\u2060]*[=+\-@＝＋－＠]")
NUMBER = re.compile(r"-?[\d\u202f\u00a0 ]+(?:[.,]\d+)?")


def runs(cell: str) -> bool:
    return bool(RUNNING.match(cell)) and not NUMBER.fullmatch(cell)


def seed(formula: str) -> None:
    for table, names in SEEDED.items():
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for name in names:
            long = 8 if name == "door" else 60
            run(f"UPDATE {table} SET {name} = left(%s || {name}, {long})", formula)


@pytest.mark.unwatched("requests the file of every door; only its cells are checked")
def test_no_cell_of_a_downloaded_file_runs(sample_objects: SampleObjects, sign_in):
    clients = {who: sign_in(who) for who in {visit.who for visit in downloads()}}
    urls = [(visit, visit.url(sample_objects)) for visit in downloads()]
    seed("=cmd|x!A")
    running, files_read = [], set()
    for visit, url in urls:
        answer = clients[visit.who].get(url)
        if "csv" in answer.get("Content-Type", ""):
            files_read.add(visit.name)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            running += [(visit.name, cell) for cell in cells(content) if runs(cell)]
            assert b"cmd" in content or visit.name in WITHOUT_NAMES, visit.name
    assert running == []
    assert len(files_read) >= 4, files_read


WITHOUT_NAMES = {
    "register_csv_file",
    "account_export",
    "allocation_report_file",
    "books_export",
    "subject_requests_export",
    "intake_blank_file",
    "import_run_file",  # The file of an import is encrypted. tests/exchange/test_refused_lines.py checks its cells.
    "portable_payments_file",
}


def test_no_cell_of_a_file_written_by_a_command_runs(sample_objects: SampleObjects):
    seed("@SUM(1)")
    assignments = Assignment.objects.using(OWNER).select_related("person__employed_at", "place")
    people = Person.objects.using(OWNER).select_related("employed_at")
    written = [
        sheet([], map(assignment_cells, assignments)).decode("utf-8-sig"),
        sheet([], map(person_cells, people)).decode("utf-8-sig"),
        places_csv(Place.objects.using(OWNER).select_related("parent"), {}),
    ]
    for text in written:
        assert "'@SUM(1)" in text and not [cell for cell in cells(text) if runs(cell)]


# --- Messages ---------------------------------------------------------------------------------------------------------


def messages_of(tree: ast.Module) -> list[ast.expr]:
    """Return the expressions that a module passes to django.contrib.messages. If a variable is passed, also return the
    expressions that are assigned to this variable."""
    texts = [
        node.args[1]
        for node in walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _named(node.func.value) == "messages"
    ]
    variables = {node.id for node in texts if isinstance(node, ast.Name)}
    assigned = [
        node.value
        for node in walk(tree)
        if isinstance(node, ast.Assign) and any(_named(target) in variables for target in node.targets)
    ]
    return [*texts, *assigned]


def takes_a_word(text: ast.expr) -> bool:
    """Whether the expression for a flash message inserts a value that could be a name, by %, `format` or an f-string.
    Numbers (%d) are allowed."""
    for node in walk(text):
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Attribute) and node.attr == "format"):
            return True
        if isinstance(node, ast.BinOp):
            written = [node_in_text.value for node_in_text in walk(node.left) if isinstance(node_in_text, ast.Constant)]
            if not isinstance(node.op, ast.Mod) or any(
                PLACEHOLDER.search(str(node_in_text)) for node_in_text in written
            ):
                return True
    return False


# Matches every placeholder except %d: any other placeholder could insert a name into a message.
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[^d%\s(]")


def test_no_message_contains_a_name():
    modules = {path: texts for path, tree in files().items() if (texts := messages_of(tree))}
    assert len(modules) > 15
    naming = [f"{path}: {ast.unparse(text)}" for path, texts in modules.items() for text in texts if takes_a_word(text)]
    assert naming == []


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("_('Payé.')", False),
        ("ngettext('%(n)d lieu', '%(n)d lieux', n) % {'n': n}", False),
        ("_('Payé par %(who)s.') % {'who': tenant}", True),
        ("_('Payé par %s.') % tenant", True),
        ("_('Payé par {}.').format(tenant)", True),
        ("f'Payé par {tenant}.'", True),
        ("_('Payé par ') + tenant", True),
    ],
)
def test_a_message_with_a_name_is_found(text, taken):
    assert takes_a_word(ast.parse(text, mode="eval").body) is taken
