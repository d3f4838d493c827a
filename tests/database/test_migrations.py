"""When a migration adds a foreign key, PostgreSQL must check all existing rows, despite row-level security."""

import pytest
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from tests.builders import run
from tests.clones import run_as_super

PIN = "residence_stands_in_its_unit"
ADD = f"""ALTER TABLE tenants_residence ADD CONSTRAINT {PIN} FOREIGN KEY (unit_id, building_id)
          REFERENCES buildings_unit (id, building_id) ON UPDATE CASCADE"""


def plant_an_orphan(landlord) -> None:
    """Drop the foreign key, then store a residence in a building that does not contain its dwelling."""
    run(f"ALTER TABLE tenants_residence DROP CONSTRAINT {PIN}")
    other = str(landlord.building("Quai 9").pk)
    run(
        "UPDATE tenants_residence SET building_id = %s WHERE id = %s",
        other,
        str(landlord.residence("Dette-Glycines A").pk),
    )


@pytest.mark.spoils
def test_foreign_key_is_refused_for_an_orphan(landlord):
    plant_an_orphan(landlord)
    with pytest.raises(DatabaseError, match=PIN):
        run(ADD)


@pytest.mark.spoils
def test_foreign_key_is_accepted_without_orphans(landlord):
    run(f"ALTER TABLE tenants_residence DROP CONSTRAINT {PIN}")
    run(ADD)


@pytest.mark.spoils
def test_owner_without_bypassrls_would_miss_an_orphan(landlord):
    """The database role that owns a table and adds a foreign key to it must bypass row-level security.

    PostgreSQL checks the existing rows as this role. If the role cannot see a wrong row, the foreign key is accepted.
    """
    plant_an_orphan(landlord)
    run_as_super("DROP ROLE IF EXISTS loge_blind_owner", "CREATE ROLE loge_blind_owner NOLOGIN NOBYPASSRLS")
    database = connections["owner"].settings_dict["NAME"]
    owner = connections["owner"].settings_dict["USER"]
    try:
        run_as_super(f"GRANT loge_blind_owner TO {owner}", f"GRANT ALL ON DATABASE {database} TO loge_blind_owner")
        for table in ("tenants_residence", "buildings_unit"):
            run("GRANT USAGE, CREATE ON SCHEMA public TO loge_blind_owner")
            run(f"ALTER TABLE {table} OWNER TO loge_blind_owner")
        run("SET ROLE loge_blind_owner")
        assert run("SELECT count(*) FROM tenants_residence") == [(0,)]
        run(ADD)
        run("RESET ROLE")
        assert run("SELECT count(*) FROM pg_constraint WHERE conname = %s AND convalidated", PIN) == [(1,)]
    finally:
        run("RESET ROLE")
        run("REASSIGN OWNED BY loge_blind_owner TO CURRENT_USER")
        run("DROP OWNED BY loge_blind_owner")
        run_as_super("DROP ROLE loge_blind_owner")


def test_every_migration_is_applied_and_none_is_missing(landlord):
    executor = MigrationExecutor(connections["owner"])
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
