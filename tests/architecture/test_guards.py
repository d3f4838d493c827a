"""The guards of guards.py find no offence in the project. Each guard finds an offence in code written for its test."""

from collections import Counter
from collections.abc import Iterable

import pytest

from tests.architecture import guards, source
from tests.architecture.guards import GUARDS, Offence

# All tests here are in one xdist group, so that a single process runs them and parses the project only once.
pytestmark = pytest.mark.xdist_group("guards")


def weigh(offences: Iterable[Offence]) -> dict[str, int]:
    """Add up the weights of the broken rules in each place (`Offence.key`, such as a file): key -> sum.

    A broken rule usually weighs 1. A module, function or README that is too long weighs as much as its length.
    """
    weights: Counter[str] = Counter()
    for offence in offences:
        weights[offence.key] += offence.weight
    return dict(weights)


@pytest.mark.parametrize("guard", GUARDS)
def test_nothing_offends(guard):
    assert [f"{offence.key}: {offence.detail}" for offence in GUARDS[guard]()] == []


def test_guards_read_the_whole_project():
    assert len(source.texts()) > 500
    assert len(source.migration_texts()) > 0
    assert len(source.suite_texts()) > 300
    assert len(guards.sql_names(source.sql_texts())) > 250


# --- Each guard can fail ---


@pytest.mark.parametrize(
    "code",
    [
        "found = 1",
        "self.kept = 1",
        "def told(): ...",
        "async def asked(): ...",
        "def f(one): ...",
        "f = lambda *, some: 1",
        "class held: ...",
        "import os as here",
        "try: ...\nexcept ValueError as said: ...",
        "match x:\n    case [seen, *_]: ...",
        "match x:\n    case [*seen]: ...",
        "match x:\n    case {**read}: ...",
        "[what for what in x]",
        "for shown in x: ...",
    ],
)
def test_a_banned_name_is_an_offence_wherever_it_is_bound(code):
    assert weigh(guards.banned_names({"access/a.py": code})) == {"access/a.py": 1}


def test_using_a_banned_name_of_a_library_is_no_offence():
    assert weigh(guards.banned_names({"access/a.py": "file.read(); read = 1"})) == {"access/a.py": 1}
    assert weigh(guards.banned_names({"access/a.py": "file.read(kept=1)"})) == {}


def test_a_file_like_class_may_have_the_method_read():
    assert weigh(guards.banned_names({"access/a.py": "class Lines:\n    def read(self): ..."})) == {}
    assert weigh(guards.banned_names({"access/a.py": "def read(): ..."})) == {"access/a.py": 1}
    assert weigh(guards.banned_names({"access/a.py": "class Lines:\n    read = 1"})) == {"access/a.py": 1}


def test_a_readme_over_its_limit_is_an_offence():
    assert weigh(guards.readme_words("word " * 901)) == {"README.md": 901}
    assert weigh(guards.readme_words("word " * 900)) == {}


def test_private_functions_used_once_are_offences_past_their_share():
    once = "def _a(): ...\n_a()\n"
    twice = "def _b(): ...\n_b()\n_b()\n"
    assert weigh(guards.private_functions({"access/a.py": once, "access/b.py": twice})) == {"access/a.py": 1}
    many = "".join(f"def f{number}(): ...\n" for number in range(39))
    # With one private function among 40 functions, the share is 2.5 %, the highest percentage that is allowed.
    assert weigh(guards.private_functions({"access/a.py": once + many})) == {}
    assert guards.private_share({"access/a.py": once + many}) == 2.5


def test_an_override_of_a_private_method_is_no_helper():
    override = "class Rows(QuerySet):\n    def _clone(self):\n        return super()._clone()\n"
    assert weigh(guards.private_functions({"access/a.py": override})) == {}
    assert guards.private_share({"access/a.py": override}) == 0
    helper = override.replace("super()._clone()", "self._clone()")
    assert weigh(guards.private_functions({"access/a.py": helper})) == {"access/a.py": 1}


@pytest.mark.parametrize(
    "line",
    [
        "from access.views.reach import reach",
        "from access.grants.views import acting",
        "import access.views.reach",
        "from access import views",
    ],
)
def test_a_view_that_imports_a_view_is_an_offence(line):
    assert weigh(guards.views_importing_views({"tenants/views/a.py": line})) == {"tenants/views/a.py": 1}
    assert weigh(guards.views_importing_views({"tenants/urls.py": line})) == {}


def test_a_view_may_import_views_of_libraries():
    line = "from django.views.decorators.http import require_GET"
    assert weigh(guards.views_importing_views({"tenants/views/a.py": line})) == {}


def test_a_long_module_is_an_offence():
    texts = {"access/a.py": "x = 1\n" * 401, "access/b.py": "x = 1\n" * 400}
    assert weigh(guards.long_modules(texts)) == {"access/a.py": 401}
    texts = {"tests/a.py": "x = 1\n" * 601, "tests/b.py": "x = 1\n" * 600}
    assert weigh(guards.long_modules(texts)) == {"tests/a.py": 601}


def test_an_exempt_module_has_its_own_limit_and_a_decision_that_says_why():
    for path, (limit, decision) in guards.LONGER_MODULES.items():
        assert (source.ROOT / path).exists() and path in (source.ROOT / decision).read_text(encoding="utf-8")
        assert weigh(guards.long_modules({path: "x = 1\n" * limit})) == {}
        assert weigh(guards.long_modules({path: "x = 1\n" * (limit + 1)})) == {path: limit + 1}


def test_a_long_function_is_an_offence():
    code = "def f():\n" + "    x = 1\n" * 40 + "def g():\n" + "    x = 1\n" * 39
    assert weigh(guards.long_functions({"access/a.py": code})) == {"access/a.py:f": 41}


def test_a_wide_app_root_is_an_offence():
    texts = {f"access/m{number}.py": "" for number in range(15)} | {f"audit/m{number}.py": "" for number in range(14)}
    assert weigh(guards.app_roots(texts | {"audit/views/more.py": ""})) == {"access": 15}


@pytest.mark.parametrize(
    "line",
    [
        "import tenants",
        "from tenants.models import Lease",
        "def f():\n    from rents import runs",
        'apps.get_model("tenants", "Lease")',
        'import_module("tenants.models")',
    ],
)
def test_an_upward_import_is_an_offence(line):
    assert weigh(guards.upward_imports({"access/a.py": line})) == {"access/a.py": 1}
    assert weigh(guards.upward_imports({"allocations/a.py": line, "housing/a.py": line})) == {}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("access/a.py", 'SQL = "SELECT cents FROM ledger_entry"'),
        ("access/a.py", 'SQL = f"SELECT {column} FROM ledger_entry"'),
        ("access/migrations/0001_a.py", 'SQL = "SELECT cents FROM ledger_entry"'),
        ("access/sql/a.sql", "SELECT cents FROM public.ledger_entry"),
    ],
)
def test_an_upward_name_in_sql_is_an_offence(path, text):
    names = {"ledger_entry", "access_person"}
    assert weigh(guards.upward_sql({path: text}, names)) == {"access ledger_entry": 1}
    assert weigh(guards.upward_sql({path.replace("access", "rents"): text}, names)) == {}


def test_docstrings_and_other_strings_are_no_sql():
    code = '"""Reads ledger_entry."""\nEVENT = "tenants_changed"'
    assert weigh(guards.upward_sql({"access/a.py": code}, {"ledger_entry"})) == {}


def test_names_in_sql_are_those_that_models_and_sql_define():
    sql = {"access/sql/a.sql": "CREATE OR REPLACE FUNCTION public.access_f() ...; create view access_v as select 1"}
    assert {"access_f", "access_v", "access_person"} <= guards.sql_names(sql)
