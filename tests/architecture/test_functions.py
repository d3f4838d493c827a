"""docs/functions shows the functions and guarded tables of the database as they are in force."""

import re

from django.db import connections

from audit.guard.shape import SHAPE_FILE, render_shape
from housing.management.commands.functions import FOLDER, in_force


def test_the_documented_functions_are_those_in_force(bare):
    written = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.sql")}
    functions = in_force()
    assert sum(text.count("CREATE OR REPLACE FUNCTION") for text in functions.values()) > 120
    differ = sorted(name for name in written.keys() | functions.keys() if written.get(name) != functions.get(name))
    assert differ == [], "./dev functions"


def test_the_documented_shape_of_guarded_tables_is_the_one_in_force(bare):
    with connections["owner"].cursor() as cursor:
        assert render_shape(cursor) == SHAPE_FILE.read_text(encoding="utf-8"), "./dev functions"


def test_function_names_are_not_overloaded(bare):
    """Overloads differ only by their arguments, which a search by name does not show."""
    names = re.findall(r"^CREATE OR REPLACE FUNCTION public\.(\w+)", "".join(in_force().values()), re.MULTILINE)
    assert len(names) > 120 and sorted({name for name in names if names.count(name) > 1}) == []
