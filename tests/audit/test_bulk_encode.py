"""Many events encoded at once with cached patterns must have the same bytes as events encoded one by one."""

import os
import random
from itertools import product
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from access.roles import version
from audit.models import Event
from audit.sealed import bulk_encode
from audit.sealed.bulk_encode import NAMED, Spelling, named
from audit.sealed.payload import COLUMNS, ENCODED_COLUMNS, VARIED, by_column, payload, salt, salting
from audit.tlog.leaf import Leaf, LeafRefused, canonical, commitment, filled, pattern, read_entry, utc
from tests.builders import run

# The payloads of test events look like placeholders (%s, {0}) or have characters that JSON can encode in several ways.
FACTS = (
    "{}",
    '{"list": "accounts"}',
    '{"reason": "complaint", "before": 12, "after": 0, "none": ""}',
    '{"reason": 3, "rate": "5 % of %s, %(name)s %%"}',
    '{"é": "\\u00e9", "q": "\\" \\\\ \\\\u0000 {0} \\u2028 \\ud83d\\ude00"}',
)
LINE = """INSERT INTO audit_event
    (id, kind, outcome, actor, machine, role, permission, purpose, route, about_kind, about, place, shown, count,
     request, facts)
    VALUES (%s, 'list_shown', 'shown', %s, %s, '', 'x', %s, '', '', %s, %s, %s::uuid[], %s, %s, %s::jsonb)"""


class Known:
    """A fake of `Secrets` with predictable keys and pseudonyms. The real class reads them from the database."""

    def month_key(self, at):
        return at[:7].encode().ljust(32, b"k")

    def salt(self, at, event):
        return salting(self.month_key(at))(event, at)

    def name_of(self, whose):
        return UUID(whose).hex[::-1] if whose else ""


def leaf_of(line, secrets):
    """Compute the leaf (entry of the sealed log) of one event by the Django model, to compare it with `bulk_encode`."""
    at, reason = utc(line["at"]), line["facts"].get("reason", "")
    whom = {str(whose) for whose in ([line["about"]] if line["about"] else [])}
    whom |= {str(whose) for whose in line["shown"]} if len(line["shown"]) <= NAMED else set()
    return Leaf(
        event=str(line["id"]),
        time=at,
        kind=line["kind"],
        outcome=line["outcome"],
        payload=commitment(salt(secrets.month_key(at), line["id"], at), payload(line)).hex(),
        actor=secrets.name_of(line["actor"] and str(line["actor"])),
        subject=" ".join(sorted(map(secrets.name_of, whom))),
        purpose=line["purpose"],
        reason=reason if isinstance(reason, str) else "",
        rules=version(),
    )


@pytest.mark.spoils
@pytest.mark.parametrize("remembered", [2, 4096])
def test_cached_patterns_encode_every_event_like_a_single_one(bare, monkeypatch, remembered):
    """Events encoded in bulk must have the same bytes as events encoded one by one.

    The 121 events have all combinations of present and absent ids. The cache has room for two patterns only, so most
    patterns are computed again.
    """
    monkeypatch.setattr(bulk_encode, "_CACHED", remembered)
    # The encoding must be right for any text, although PostgreSQL accepts only codes.
    run("ALTER TABLE audit_event DROP CONSTRAINT audit_event_codes, DROP CONSTRAINT audit_event_facts")
    one, chance = str(uuid4()), random.Random(7)
    for facts, actor, about, place in product(FACTS, *[(None, one)] * 3):
        shown = [str(uuid4()) for _ in range(chance.choice((0, 1, 3)))] + [one] * chance.choice((0, 1))
        machine, purpose, count = chance.choice(("m%s", "é")), chance.choice(("", "list")), chance.choice((0, 1, 7))
        for request in (None, str(uuid4()), str(uuid4())):
            line = [str(uuid4()), actor, machine, purpose, about, place, shown, count, request, facts]
            run(LINE, *line)
    run(LINE, str(uuid4()), one, "", "", None, None, [str(uuid4()) for _ in range(NAMED + 1)], 300, None, "{}")
    rows = run(f"SELECT {ENCODED_COLUMNS} FROM audit_event e ORDER BY e.id")
    lines = by_column(Event.objects.using("owner").order_by("id"))
    spelled, secrets = Spelling(version()), Known()
    assert len(rows) == len(lines) == 121 and len(spelled._patterns) == 0
    for row, line in zip(rows, lines, strict=True):
        entry = spelled.entry(row, secrets)
        assert read_entry(entry) == leaf_of(line, secrets) and entry == leaf_of(line, secrets).entry()
    assert 0 < len(spelled._patterns) <= min(remembered, len(rows) - 20)
    told = [(line["actor"], line["about"], *(line["shown"] if len(line["shown"]) <= NAMED else [])) for line in lines]
    assert named(rows) == {str(whose) for those in told for whose in those if whose}


def test_values_filled_into_patterns_need_no_escaping():
    """Values that bulk encoding puts into a cached JSON pattern are not escaped, so they must never contain quotes.

    Therefore only ids and times may be put into patterns.
    """
    assert VARIED == ("about", "actor", "at", "id", "place", "request", "shown")
    row = dict.fromkeys(COLUMNS, "") | {"facts": {}, "count": 0, "id": uuid4(), "actor": uuid4()}
    said = {"id": str(row["id"]), "actor": str(row["actor"])}
    assert payload(row) == canonical(said)
    # None, booleans, floats, lists and dicts have no canonical encoding, so they must be refused.
    for fact in (None, True, 1.5, ["a"], {"a": "b"}):
        with pytest.raises(LeafRefused):
            payload(row | {"facts": {"of": fact}})


def test_a_filled_pattern_equals_the_leaf_and_refuses_malformed_values():
    codes = {"kind": "list_shown", "outcome": "shown", "purpose": "list", "reason": "a.b-c:d", "rules": "0f"}
    name = os.urandom(16).hex()
    held = {
        "actor": name,
        "event": str(uuid4()),
        "payload": os.urandom(32).hex(),
        "subject": f"{name} {name}",
        "time": "2026-11-27T11:41:06.814759Z",
    }
    made = pattern(**codes)
    assert filled(made, **held) == Leaf(**codes, **held).entry()
    assert (
        filled(made, **held | {"actor": "", "subject": ""})
        == Leaf(**codes, **held | {"actor": "", "subject": ""}).entry()
    )
    for hole, odd in product(held, ('"', "\\", ",", "é", "\n", "A", "g", "%s", "{")):
        for value in (held[hole][:-1] + odd, odd + held[hole], odd):
            with pytest.raises(LeafRefused):
                filled(made, **held | {hole: value})
    for hole in ("event", "payload", "time"):
        for value in (held[hole] + "0", held[hole][1:], ""):
            with pytest.raises(LeafRefused):
                filled(made, **held | {hole: value})
    with pytest.raises(LeafRefused):
        filled(made, **held | {"subject": " ".join([name] * 2_000)})
    for code in codes:
        for value in ("two words", 'x"', "é", "%s", "x" * 65, "x\n"):
            with pytest.raises(LeafRefused):
                pattern(**codes | {code: value})


def test_fast_salts_equal_those_of_the_hmac_library():
    for _ in range(200):
        key, event, at = os.urandom(32), str(uuid4()), utc(timezone.now())
        assert salting(key)(event, at) == salt(key, event, at)
        assert salt(key, event, at) != salt(key, event, f"1{at[1:]}")
    with pytest.raises(ValueError, match="65"):
        salting(os.urandom(65))
