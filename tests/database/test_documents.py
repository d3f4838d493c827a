"""The pages in docs/database must describe exactly the tables, functions and privileges of a real server.

A changed line in these pages means a changed table, function or privilege, which should be reviewed.
"""

from difflib import unified_diff

from django.db import connections

from access.compartments import Compartment
from access.database.provision import LOGINS
from audit.guard.shape import SHAPE_FILE, render_shape
from housing.documentation import DATABASE, read_files, render_database


def differences(written: dict[str, str], rendered: dict[str, str]) -> list[str]:
    return [
        line
        for name in sorted(written.keys() | rendered.keys())
        for line in unified_diff(
            written.get(name, "").splitlines(),
            rendered.get(name, "").splitlines(),
            f"docs/database/{name}",
            "server",
            n=1,
        )
    ]


def test_documents_are_those_of_the_server(bare, templates):
    differing = differences(read_files(DATABASE), render_database(templates["bare"]))
    assert not differing, "\n".join([*differing, "If each change is meant: ./dev docs, and say why in the commit."])


def test_a_document_that_differs_is_found():
    written = {"tables/tenants.txt": "ledger_entry\n  id uuid\n", "gone.txt": "x\n"}
    differing = differences(written, {"tables/tenants.txt": "ledger_entry\n  id bigint\n"})
    assert {"-  id uuid", "+  id bigint", "-x"} <= set(differing)


def test_every_login_and_compartment_has_a_privileges_file():
    roles = {*LOGINS, *(compartment.value for compartment in Compartment)}
    assert {file.stem for file in (DATABASE / "grants").glob("*.txt")} == roles | {"public"}
    assert (DATABASE / "readers.txt").is_file()


def test_the_shape_of_guarded_tables_is_that_of_the_server(bare):
    with connections["owner"].cursor() as cursor:
        assert render_shape(cursor) == SHAPE_FILE.read_text(encoding="utf-8"), "./dev docs"
