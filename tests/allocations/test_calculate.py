"""The command `allocation_calculate` gives one result per input line, reports precise errors, and uses no database."""

import io
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from allocations.management.commands import allocation_calculate
from allocations.rules.cases.calculator import KINDS
from tests.allocations.cases import ceiling_row, eligibility_case, error, parameter
from tests.architecture.source import ROOT

CASE = eligibility_case()
original = allocation_calculate.lines


def run(monkeypatch, *lines):
    """Run the command with these input lines (text, or objects to be written as JSON). Returns its results."""
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode("utf-8", "surrogateescape"))))
    out = io.StringIO()
    call_command("allocation_calculate", stdout=out, stderr=io.StringIO())
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_each_line_is_answered_in_order_and_blank_lines_are_skipped(monkeypatch):
    answers = run(monkeypatch, CASE | {"id": "first"}, "", "   ", "nonsense", "[]", CASE | {"id": 5})
    assert [line["line"] for line in answers] == [1, 4, 5, 6]
    assert [line.get("id") for line in answers] == ["first", None, None, 5]
    assert [line.get("result") for line in answers] == ["answer", None, None, "answer"]
    assert answers[1]["error"] == "not JSON: Expecting value at character 1."
    assert answers[2]["error"] == "the case must be an object, not a list."


def test_error_keeps_the_id(monkeypatch):
    (result,) = run(monkeypatch, {"id": "x", "kind": "magic"})
    assert set(result) == {"line", "id", "error"} and result["id"] == "x"
    assert result["error"].startswith('"kind" must be one of rows, eligibility, ')
    assert result["error"].endswith(', not "magic".')


def test_error_about_a_huge_number_is_short():
    message = error(**CASE | {"incomes": [{"year": 2024, "basis": "n2", "rfr_cents": 10**400}]})
    assert "must be between 0 and 1000000000000" in message and len(message) < 200


def test_line_that_is_not_utf_8_does_not_stop_the_rest(monkeypatch):
    answers = run(monkeypatch, "\udcff", CASE)
    assert answers[0] == {"line": 1, "error": "the line is not UTF-8."}
    assert answers[1]["result"] == "answer"


def test_line_that_is_too_long_does_not_stop_the_rest(monkeypatch):
    monkeypatch.setattr(allocation_calculate, "LONGEST_LINE", 1000)
    monkeypatch.setattr(allocation_calculate, "TOO_LONG", "too long")
    long = CASE | {"id": "x" * 5000}
    answers = run(monkeypatch, long, CASE, json.dumps(CASE | {"id": 1}).ljust(1000), long)
    assert [line.get("error") for line in answers] == ["too long", None, None, "too long"]
    assert [line["line"] for line in answers] == [1, 2, 3, 4]


def test_each_result_is_written_before_the_next_line_is_read(monkeypatch):
    read_end, write_end = os.pipe()
    written = []

    class Lines(io.RawIOBase):
        """A fake input of three lines. Each reading of a line records which results were written before."""

        def readline(self, size=-1):
            written.append(os.read(read_end, 10_000) if written else b"")
            return json.dumps(CASE).encode() + b"\n" if len(written) <= 3 else b""

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
    monkeypatch.setattr(allocation_calculate, "lines", lambda _stream: original(SimpleNamespace(buffer=Lines())))
    with os.fdopen(write_end, "w") as out:
        call_command("allocation_calculate", stdout=out)
    os.close(read_end)
    assert [text.count(b"answer") > 0 for text in written] == [False, True, True, True]


def test_command_ends_quietly_if_nobody_reads_its_results():
    with subprocess.Popen(
        [sys.executable, "manage.py", "allocation_calculate"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.close()
        process.stdin.write(b"{}\n" * 10)
        process.stdin.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_unpaired_surrogate_is_not_repeated(monkeypatch):
    by_id, by_key, text = run(
        monkeypatch,
        '{"kind": "clock", "id": "\\ud800"}',
        json.dumps(CASE | {"id": "x", "\ud800": 1}),
        json.dumps(CASE | {"financing": "\ud800"}),
    )
    assert by_id == {"line": 1, "error": '"id" must be a string of at most 500 characters, or an integer.'}
    assert by_key == {"line": 2, "id": "x", "error": "unknown key in the case: \\ud800."}
    assert text["error"].endswith('not "\\ud800".')


def test_long_words_of_a_case_are_shortened_in_errors():
    words = error(**(CASE | {"k" * 100_000: 1}))
    assert words == f"unknown key in the case: {'k' * 80}…."
    assert len(error(**(CASE | {f"key {number}": 1 for number in range(1000)}))) == 2001


def test_key_that_occurs_twice_is_found_among_many(monkeypatch):
    keys = ", ".join(f'"{number}": 1' for number in range(200_000))
    (result,) = run(monkeypatch, f'{{{keys}, "199999": 1}}')
    assert result["error"] == 'the key "199999" occurs twice in one object.'


@pytest.mark.parametrize(
    "case",
    [
        {"kind": "clock", "clock": "offer", "notifed_on": "2026-11-04", "delay_days": 10},
        {"kind": "clock", "clock": "renewal", "filed_on": "2026-11-04", "renewd_on": "2026-11-05"},
        {"kind": "clock", "clock": "closing_warning", "motive": "c", "delivered": "2026-11-05"},
        {"kind": "clock", "clock": "offer", "delay_days": 10, "at": "2026-11-05T00:00:00Z", "replied": "accepted"},
        {"kind": "quotas", "allocations": [{"lease_signed_on": "2026-11-04", "in_qvp": False}]},
        {"kind": "motive", "motive": "owner_suited", "decided_on": "2026-11-04", "owner": True},
        eligibility_case(incomes=[], ehpad=1),
    ],
)
def test_unknown_key_is_an_error_even_if_facts_are_missing(case):
    assert "unknown key in " in error(**case)


def test_defect_of_the_program_does_not_stop_the_rest(monkeypatch):
    def fail(fields, rows):
        raise ZeroDivisionError

    monkeypatch.setitem(KINDS, "quotas", fail)
    broken, after = run(monkeypatch, {"kind": "quotas", "allocations": []}, CASE)
    assert broken == {"line": 1, "error": "the program failed on this line; the reason is on stderr."}
    assert after["result"] == "answer"


def test_line_separators_inside_strings_do_not_end_a_line(monkeypatch):
    answers = run(monkeypatch, json.dumps(CASE | {"id": "a\u2028b\x85"}, ensure_ascii=False), CASE)
    assert [line["line"] for line in answers] == [1, 2]


def test_rows_of_an_earlier_line_apply_to_the_following_lines_only(monkeypatch):
    case = eligibility_case(financing="PLAI")
    rows = {"kind": "rows", "rows": [ceiling_row("PLAI", 1, 14_811)]}
    before, given, after = run(monkeypatch, case, rows, case)
    assert before["missing"] == ["ceiling PLAI 2026 paris 1"]
    assert given == {"line": 2, "kind": "rows", "result": "answer", "rows": 1}
    assert after["answer"]["ceiling_euros"] == 14_811


def test_rows_of_a_case_apply_to_this_case_only(monkeypatch):
    case = eligibility_case(financing="PLAI")
    first, second = run(monkeypatch, case | {"rows": [ceiling_row("PLAI", 1, 14_811)]}, case)
    assert (first["result"], second["result"]) == ("answer", "missing")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"kind": "rows", "kind": "rows"}', 'the key "kind" occurs twice'),
        ('{"kind": NaN}', "NaN is not a number"),
        ('{"kind": ' + "1" * 5000 + "}", "a number is too long"),
        ("[" * 100_000, "nested too deeply"),
        ('{"id": true, "kind": "rows"}', '"id" must be a string of at most 500 characters, or an integer'),
        ("{}", '"kind" is required'),
        ('{"kind": "rows", "rows": {}}', '"rows" must be a list, not an object'),
        ('{"kind": "rows", "rows": [1]}', "row 1 must be an object, not an integer"),
        ('{"kind": "rows", "zone": "paris"}', "unknown key in the case: zone"),
    ],
)
def test_unreadable_lines_have_precise_errors(monkeypatch, line, words):
    assert words in run(monkeypatch, line)[0]["error"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"signing_date": "2026-02-30"}, '"signing_date" must be a day such as 2026-01-31, not "2026-02-30"'),
        ({"signing_date": "20261130"}, '"signing_date" must be a day'),
        ({"signing_date": "9999-12-31"}, '"signing_date" must be a day'),
        ({"signing_date": 2026}, '"signing_date" must be a string, not an integer'),
        ({"financing": "PLI"}, '"financing" must be one of PLAI, PLUS, PLS, not "PLI"'),
        ({"financing": None}, '"financing" must be a string, not null'),
        ({"plus_shares": 1}, '"plus_shares" must be a boolean, not an integer'),
        ({"household": []}, "a household has 1 to 30 persons, not 0"),
        ({"household": [{"tie": "cousin"}]}, '"tie" of person 1 must be one of'),
        ({"household": [{"tie": "principal", "age": 30}]}, "unknown key in person 1: age"),
        ({"household": [{"tie": "principal", "cmi": "yes"}]}, '"cmi" of person 1 must be a boolean, not a string'),
        ({"incomes": [{"year": 2024, "basis": "n2", "rfr_cents": 1.0}]}, "must be an integer, not a decimal number"),
        ({"incomes": [{"year": 2024, "basis": "n2", "rfr_cents": True}]}, "must be an integer, not a boolean"),
        ({"incomes": [{"year": 2024, "basis": "n2", "rfr_cents": "1"}]}, "must be an integer, not a string"),
        ({"incomes": [{"year": 2024, "basis": "n2", "rfr_cents": -1}]}, "must be between 0 and"),
        ({"incomes": [{"year": 2024, "basis": "twelve_months", "rfr_cents": 1}]}, '"net_taxable_cents" of income 1'),
        ({"nationality": "x", "remarks": "x"}, "unknown keys in the case: nationality, remarks"),
    ],
)
def test_wrong_fields_have_precise_errors(change, words):
    assert words in error(**(CASE | change))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"source": " "}, '"source" of row 1 must have 1 to 500 characters'),
        ({"category": 7}, '"category" of row 1 must be an integer from 1 to 6, or "extra"'),
        ({"category": True}, '"category" of row 1 must be an integer from 1 to 6, or "extra"'),
        ({"category": "1"}, '"category" of row 1 must be an integer from 1 to 6, or "extra"'),
        ({"euros": 1.5}, '"euros" of row 1 must be an integer, not a decimal number'),
        ({"row": "wish"}, '"row" of row 1 must be one of ceiling'),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-31"}, "valid_to is before valid_from"),
        ({"remark": ""}, "unknown key in row 1: remark"),
    ],
)
def test_wrong_rows_have_precise_errors(change, words):
    assert words in error(kind="rows", rows=[ceiling_row("PLAI", 1, 14_811) | change])


@pytest.mark.parametrize("name", ["source", "valid_from", "value", "name"])
def test_row_without_a_required_field_is_an_error(name):
    row = parameter("offer_delay_days", 12)
    del row[name]
    assert error(kind="rows", rows=[row]) == f'"{name}" of row 1 is required.'


def test_parameter_below_its_lowest_value_is_an_error():
    assert "between 10 and 365" in error(kind="rows", rows=[parameter("offer_delay_days", 9)])


def test_command_runs_without_a_database():
    """The command works without a reachable database, and the calculation rules import no database code."""
    nowhere = "postgres://nobody@127.0.0.1:1/nothing"
    urls = {name: nowhere for name in os.environ if name.endswith("_URL")} | {"DATABASE_URL": nowhere}
    done = subprocess.run(
        [sys.executable, "manage.py", "allocation_calculate"],
        cwd=ROOT,
        env=os.environ | urls,
        input=json.dumps(CASE).encode(),
        capture_output=True,
        timeout=120,
    )
    assert json.loads(done.stdout)["result"] == "answer", done.stderr.decode()


def test_dev_starts_no_server_for_the_command():
    done = subprocess.run(
        ["./dev", "manage", "allocation_calculate"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.endswith("_URL")}
        | {"LOGE_PG_BIN": "/nonexistent"},
        input=json.dumps(CASE).encode(),
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 0 and json.loads(done.stdout)["result"] == "answer", done.stderr.decode()


def test_rules_import_no_database_code():
    code = (
        "import sys, allocations.rules.cases.calculator; print([m for m in sys.modules if m.startswith('django.db')])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout == "[]\n", done.stderr
