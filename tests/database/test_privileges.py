"""The server must let each login read exactly the columns that the declared policies allow. docs/database/grants lists
all rights; see test_documents.py.
"""

from django.apps import apps
from django.conf import settings

from access.database.provision import LOGINS
from access.database.recipients import table_of
from access.policies import all_policies
from tests.builders import run


def test_logins_read_exactly_the_columns_of_their_policies(bare):
    """Ask the server which columns each login may read, and compare them with the policies declared in Python.

    The logins `owner` and `backup` are left out, because they may read everything. tests/architecture/test_register.py
    checks the columns that the database roles may read.
    """
    logins = [login for login in LOGINS if login not in ("owner", "backup")]
    columns = [
        (table_of(model), field.column)
        for model in apps.get_models()
        if model._meta.managed
        for field in model._meta.local_concrete_fields
    ]
    tables, names = (list(values) for values in zip(*columns, strict=True))
    readable = {
        (login, table, column)
        for login in logins
        for table, column in run(
            "SELECT t, c FROM unnest(%s::text[], %s::text[]) u (t, c) WHERE has_column_privilege(%s, t, c, 'SELECT')",
            tables,
            names,
            f"{settings.INSTANCE}_{login}",
        )
    }
    assert len(readable) > 500
    assert readable == {
        (login, table, column)
        for policy in all_policies()
        for grant in policy.grants
        for login in grant.logins
        for table, column in columns
        if table == policy.table
        and "SELECT" in grant.verbs
        and (not grant.columns or column in grant.columns.split(", "))
    }
