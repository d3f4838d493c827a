"""Python code and SQL use the date in Paris. The date in UTC would be wrong after midnight, when UTC still has the date
of the day before."""

import ast
import re
from datetime import datetime, timedelta

import pytest

from tests.architecture.source import ROOT, files
from tests.builders import run
from tests.clock import PARIS, SUMMER, WINTER, stand_after_midnight

# Maps a module or folder that may use the date in UTC or in the machine's time zone to the reason.
IN_PYTHON = {
    "audit/sealed/verification.py": "months of the audit log are cut in UTC, and so is the day before which they were "
    "pruned",
    "audit/sealed/evidence_export.py": "the same months; and the days of keys, in the format of evidence packs",
    "demo/": "invented landlords",
    "demo/populate/": "invented landlords",
    "demo/misuse/": "invented landlords",
}
DAY_OF_ANOTHER_ZONE = (
    re.compile(r"\bdate\.today\(\)"),
    re.compile(r"\bdatetime\.(?:now|utcnow|today)\([^()]*\)\.date\(\)"),
    re.compile(r"\btimezone\.now\(\)\.date\(\)"),
    re.compile(r"astimezone\((?:UTC|timezone\.utc)\)\.date\(\)"),
)
# Matches SQL expressions whose date is not that of Paris. SQL functions, constraints, policies and views avoid these.
IN_SQL = r"(?i)\bcurrent_date\b|\blocaltimestamp\b|\b(clock_timestamp|now)\(\)[^;\n]{0,40}::date|time zone 'utc'"
OF_SQL = {
    "audit_drop_months": "months of the audit log are partitioned in UTC, which the function states explicitly",
    "audit_make_months": "months of the audit log are partitioned in UTC",
}
TEXTS = """
    SELECT proname::text, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prolang <> 13
    UNION ALL SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype = 'c'
    UNION ALL SELECT adrelid::regclass::text, pg_get_expr(adbin, adrelid) FROM pg_attrdef
    UNION ALL SELECT polname, concat_ws(' ', pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
        FROM pg_policy
    UNION ALL SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'"""


def test_python_takes_no_date_of_another_zone():
    modules = {
        name
        for name in files()
        if any(shape.search((ROOT / name).read_text(encoding="utf-8")) for shape in DAY_OF_ANOTHER_ZONE)
        and "/migrations/" not in name
    }
    excused = {name for name in modules if name.startswith(tuple(IN_PYTHON))}
    assert modules - excused == set(), "timezone.localdate(), or access.reach.today() for what the database compares"
    assert all(any(name.startswith(reason) for name in modules) for reason in IN_PYTHON if reason.endswith(".py"))


def test_every_form_of_a_wrong_date_is_recognised():
    for line in ("date.today()", "datetime.now(UTC).date()", "datetime.now().date()", "timezone.now().date()"):
        ast.parse(line)
        assert any(shape.search(line) for shape in DAY_OF_ANOTHER_ZONE), line


def test_the_database_takes_no_date_of_another_zone(bare):
    functions = {name for name, text in run(TEXTS) if re.search(IN_SQL, text or "")}
    assert functions == OF_SQL.keys()


@pytest.mark.parametrize("day", [SUMMER, WINTER], ids=["summer", "winter"])
def test_at_half_past_midnight_the_database_has_the_date_of_paris(bare, day):
    stand_after_midnight(day)
    for alias in ("default", "jobs", "owner"):
        assert run("SELECT loge_today()", alias=alias) == [(day,)]
    midnight = datetime.combine(day, datetime.min.time(), PARIS)
    assert run("SELECT tenants_midnight(%s)", day) == [(midnight,)]
    [(before,)] = run("SELECT tenants_midnight(%s)", day - timedelta(days=1))
    assert midnight - before == timedelta(days=1)
