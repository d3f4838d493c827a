"""The list of facts that may be recorded about residents (casework/vocabulary) is consistent. A change of the list
requires a migration, which makes the same change in existing databases."""

import re
from hashlib import sha256

from access.roles import ROLES
from casework.vocabulary.facts import FIELDS, THEMES, TITLES, lists, shipped, slot_types, terms

# Digest of the list of facts as the migrations write it. A test fails if the list changes without a new migration.
# A commit that changes the list of facts adds a migration for existing databases and updates this digest.
AS_MIGRATED = "608d2ad3c3772741"


def test_every_fact_has_titles_a_theme_and_known_roles():
    rows = shipped()
    assert len(rows) > 60
    for row in rows:
        assert row["theme"] in THEMES.terms, f"{row['code']}: its theme is not in fact_words.csv"
        assert row["title_fr"] and row["title_en"], row["code"]
        assert {*row["writers"].split("|"), *row["readers"].split("|")} <= ROLES.keys(), row["code"]
    assert {row["code"] for row in rows} <= TITLES.terms.keys(), "fact_words.csv needs a title for each fact"


def test_every_sentence_uses_fields_of_its_fact():
    for row in shipped():
        slots = {pair.split(":")[0] for pair in row["fields"].split(";")}
        for language in ("fr", "en"):
            named = set(re.findall(r"\{(\w+)\}", row[f"sentence_{language}"]))
            assert named <= slots, (
                f"facts.csv, {row['code']}, sentence_{language}: {named - slots} is not among its fields"
            )


def test_every_field_has_a_name_and_every_coded_field_a_list():
    types = slot_types()
    assert len(types) > 30
    assert types.keys() - FIELDS.terms.keys() == set(), "fact_words.csv needs a name for each field"
    closed = {name for name, kind in types.items() if kind == "code"}
    assert closed - lists().keys() == set(), "field_lists.csv needs a list for each field of type code"


def test_a_changed_list_needs_a_migration():
    digest = sha256(repr((shipped(), sorted(terms()))).encode()).hexdigest()[:16]
    assert digest == AS_MIGRATED, (
        f"casework/vocabulary/ has changed: write a migration that changes casework_factcode and casework_factterm in"
        f" existing databases too, then AS_MIGRATED = {digest!r}"
    )
