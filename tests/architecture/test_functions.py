"""What the database does by itself stands in one place to be read, as it is in force."""

import re

from django.db import connections

from audit.guard.shape import SHAPE_FILE, render_shape
from housing.management.commands.functions import FOLDER, in_force


def test_the_functions_that_are_written_down_are_those_in_force(bare):
    written = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.sql")}
    found = in_force()
    assert sum(text.count("CREATE OR REPLACE FUNCTION") for text in found.values()) > 120
    differ = sorted(name for name in written.keys() | found.keys() if written.get(name) != found.get(name))
    assert differ == [], "./dev functions"


def test_the_shape_of_guarded_tables_that_is_written_down_is_the_one_in_force(bare):
    with connections["owner"].cursor() as cursor:
        assert render_shape(cursor) == SHAPE_FILE.read_text(encoding="utf-8"), "./dev functions"


def test_a_name_is_that_of_one_function(bare):
    """Two of one name are told apart by what they are given, which neither a search nor a reader sees."""
    names = re.findall(r"^CREATE OR REPLACE FUNCTION public\.(\w+)", "".join(in_force().values()), re.MULTILINE)
    assert len(names) > 120 and sorted({name for name in names if names.count(name) > 1}) == []
