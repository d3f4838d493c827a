"""The audit log holds no typed text, and nothing that the sealer could not encode, whoever writes an event."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction

from audit import events
from audit.events import KINDS, Code, Outcome
from audit.record import record_view
from tests.audit.test_tampering import seal
from tests.builders import run

COLUMNS = "id, kind, outcome, machine, role, permission, purpose, route, about_kind, shown, count, facts"
CODES = ("kind", "machine", "role", "permission", "purpose", "route", "about_kind")
ORDINARY = {
    **{"kind": "list_shown", "outcome": "shown", "machine": "test", "shown": "{}", "count": 0, "facts": "{}"},
    **dict.fromkeys(("role", "permission", "purpose", "route", "about_kind"), ""),
}
ANYBODY = "00000000-0000-4000-8000-000000000000"
EXAMPLES = {
    Code: Code("a-code.of:64_letters".ljust(64, "x")),
    UUID: UUID(ANYBODY),
    date: date(2026, 12, 2),
    int: -(10**17),
}


def insert(**columns):
    """Insert an event as a web process may, with the login of the audit log."""
    marks = ", ".join(["%s"] * len(ORDINARY))
    line = {"id": str(uuid4()), **ORDINARY, **columns}
    with transaction.atomic("trace"):
        run(
            f"INSERT INTO audit_event ({COLUMNS}) VALUES (%s, {marks})",
            *(line[name] for name in COLUMNS.split(", ")),
            alias="trace",
        )


@pytest.mark.parametrize(
    "columns",
    [
        *({name: value} for name in CODES for value in ("deux mots", "é", "a\nb", "<b>")),
        *(
            {"facts": facts}
            for facts in (
                *("[]", "null", "1", '"x"', '{"x": true}', '{"x": null}', '{"x": 1.5}', '{"x": 1.0}', '{"x": {}}'),
                *(
                    '{"x": ["a"]}',
                    '{"x": "deux mots"}',
                    '{"x": "é"}',
                    '{"x": "a\\"b"}',
                    '{"x": "a\\nb"}',
                    '{"Nom X": 1}',
                ),
                f'{{"x": {10**18}}}',
                f'{{"reason": "{"r" * 65}"}}',
                f'{{"x": "{"y" * 4096}"}}',
            )
        ),
        {"shown": "{NULL}"},
        {"shown": f"{{{{{ANYBODY}}},{{{ANYBODY}}}}}"},
    ],
    ids=lambda columns: str(columns)[:40],
)
def test_event_that_could_not_be_sealed_is_refused(bare, columns):
    with pytest.raises(DatabaseError, match=r"audit_event_(codes|facts|shown)"):
        insert(**columns)


def test_any_event_that_is_accepted_is_sealed(bare):
    """Whoever controls a web process must not be able to stop the sealer."""
    insert()
    long = ", ".join(f'"f{number}": "{"z" * 64}"' for number in range(50))
    insert(facts=f'{{"reason": "{"r" * 64}", "x": {10**18 - 1}, {long}}}', kind="k" * 64, purpose="p" * 32)
    insert(
        facts='{"reason": -5, "y": ""}',
        shown=f"{{{','.join(str(uuid4()) for _ in range(300))}}}",
    )
    seal()
    assert run("SELECT count(*) FROM audit_leaf") == run("SELECT count(*) FROM audit_event")


def test_every_declared_fact_is_accepted(bare):
    for kind in KINDS.values():
        record_view(kind, Outcome.SHOWN, by="test", **{name: EXAMPLES[of] for name, of in kind.facts.items()})
    [(stored,)] = run("SELECT count(DISTINCT kind) FROM audit_event WHERE machine = 'test'")
    assert stored == len(KINDS)


@pytest.mark.parametrize("machine", ["prune_trace", "watch_looks"])
def test_web_process_cannot_write_an_event_of_a_nightly_program(bare, machine):
    """Otherwise a stolen login could say that a day's views were examined, or that a month was deleted by rule."""
    kind = events.TRACE_PRUNED if machine == "prune_trace" else events.LOOKS_WATCHED
    with pytest.raises(DatabaseError, match="row-level security"):
        insert(kind=kind.code, machine=machine)
