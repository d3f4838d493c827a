"""The list of facts as it is shipped holds together by itself, and a database that exists follows it."""

import re
from hashlib import sha256

from access.roles import ROLES
from tenants.vocabulary.facts import FIELDS, THEMES, TITLES, lists, shipped, slot_types, terms

# A new database has the list as it stands (tenants/migrations/0009_facts_held.py); one that exists has what its
# migrations brought. This sum is changed with the migration that brings the change to those.
AS_MIGRATED = "608d2ad3c3772741"


def test_every_fact_has_its_words_its_theme_and_its_readers():
    rows = shipped()
    assert len(rows) > 60
    for row in rows:
        assert row["theme"] in THEMES.terms, f"{row['code']}: its theme is none of fact_words.csv"
        assert row["title_fr"] and row["title_en"], row["code"]
        assert {*row["writers"].split("|"), *row["readers"].split("|")} <= ROLES.keys(), row["code"]
    assert {row["code"] for row in rows} <= TITLES.terms.keys(), "fact_words.csv has each fact’s title"


def test_every_sentence_is_filled_by_the_facts_own_fields():
    for row in shipped():
        slots = {pair.split(":")[0] for pair in row["fields"].split(";")}
        for language in ("fr", "en"):
            named = set(re.findall(r"\{(\w+)\}", row[f"sentence_{language}"]))
            assert named <= slots, f"facts.csv, {row['code']}, sentence_{language}: {named - slots} is no field of it"


def test_every_field_has_its_name_and_every_code_its_list():
    types = slot_types()
    assert len(types) > 30
    assert types.keys() - FIELDS.terms.keys() == set(), "fact_words.csv names each field"
    closed = {name for name, kind in types.items() if kind == "code"}
    assert closed - lists().keys() == set(), "field_lists.csv closes each field of type code"


def test_a_database_that_exists_follows_the_list():
    told = sha256(repr((shipped(), sorted(terms()))).encode()).hexdigest()[:16]
    assert told == AS_MIGRATED, (
        f"tenants/vocabulary/ says other facts than migrations brought: write one that brings them to a database that"
        f" exists, as tenants/migrations/0021_inheritance_held.py does for old_comment, then AS_MIGRATED = {told!r}"
    )
