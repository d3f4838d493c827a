"""A household that one colleague does not open: a person and a lease, and nothing of why."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PIN = """ALTER TABLE tenants_conflictwall ADD CONSTRAINT wall_stands_in_its_lease
    FOREIGN KEY (lease_id, building_id) REFERENCES tenants_lease (id, building_id) ON UPDATE CASCADE"""
MARKED = """
    WITH marked AS (
        SELECT m.lease_id FROM tenants_discreetmark m
        WHERE loge_today() BETWEEN m.first_day AND m.last_day
          AND NOT EXISTS (SELECT FROM tenants_discreetname n WHERE n.mark_id = m.id AND n.person_id = loge_person()){}
    )
    SELECT lease_id FROM marked
    UNION
    SELECT other.lease_id FROM marked
    JOIN tenants_leaseparty p ON p.lease_id = marked.lease_id
    JOIN tenants_leaseparty other ON other.tenant_id = p.tenant_id
"""
WALLS = """
        UNION ALL
        SELECT w.lease_id FROM tenants_conflictwall w WHERE w.person_id = loge_person() AND w.ended_on IS NULL"""
DEFINED = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp"
CREATE = f"""
-- What a discreet mark hides; and, with it, what stands behind a wall for the person asking: one function, asked by every
-- policy as before, so that neither a list, a search, a card, nor an account has another statement to make.
CREATE FUNCTION tenants_marked() RETURNS SETOF uuid {DEFINED} ROWS 20 AS $${MARKED.format("")}$$;
CREATE OR REPLACE FUNCTION tenants_hidden() RETURNS SETOF uuid {DEFINED} ROWS 20 AS $${MARKED.format(WALLS)}$$;
CREATE FUNCTION tenants_walled() RETURNS SETOF uuid {DEFINED} ROWS 1 AS $$
    WITH walled AS (
        SELECT w.lease_id FROM tenants_conflictwall w WHERE w.person_id = loge_person() AND w.ended_on IS NULL
    )
    SELECT lease_id FROM walled
    UNION
    SELECT other.lease_id FROM walled
    JOIN tenants_leaseparty p ON p.lease_id = walled.lease_id
    JOIN tenants_leaseparty other ON other.tenant_id = p.tenant_id
$$;
CREATE FUNCTION tenants_walled_accounts() RETURNS SETOF uuid {DEFINED} ROWS 1 AS $$
    SELECT a.id FROM tenants_account a WHERE a.lease_id = ANY (ARRAY (SELECT tenants_walled()))
$$;
-- Would the person asking reach this one in the compartment, but for a wall? Asked where nothing was found, so that they
-- are sent to a colleague; of another's world, of a discreet household and of nothing it answers alike.
CREATE FUNCTION tenants_walled_here(compartment text, what text, key text) RETURNS boolean {DEFINED} AS $$
    SELECT EXISTS (
        SELECT FROM (
            SELECT a.lease_id, a.building_id FROM tenants_account a
            WHERE a.reference = CASE WHEN what = 'reference' THEN key END AND a.settled_on IS NULL
            UNION ALL
            SELECT r.lease_id, r.building_id FROM tenants_residence r
            WHERE r.id = CASE WHEN what = 'residence' THEN key::uuid END
        ) found
        WHERE found.lease_id = ANY (ARRAY (SELECT tenants_walled()))
          AND found.lease_id <> ALL (ARRAY (SELECT tenants_marked()))
          AND found.building_id = ANY (ARRAY (SELECT access_reach(loge_person(), compartment, loge_today())))
    )
$$;
-- By the whole reference of an account at one's own places; it answers nothing of any other.
CREATE FUNCTION tenants_set_wall(wanted text, who uuid) RETURNS TABLE (lease uuid, building uuid) LANGUAGE plpgsql VOLATILE
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT a.lease_id, a.building_id INTO lease, building FROM tenants_account a
    WHERE a.reference = wanted AND a.settled_on IS NULL
      AND access_holds(loge_person(), ARRAY['access_administrator', 'sector_manager'], a.building_id);
    IF lease IS NULL THEN
        RETURN;
    END IF;
    INSERT INTO tenants_conflictwall (id, person_id, lease_id, building_id, set_by_id, set_on)
    VALUES (gen_random_uuid(), who, lease, building, loge_person(), loge_today());
    RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION tenants_marked(), tenants_walled(), tenants_walled_accounts(),
    tenants_walled_here(text, text, text), tenants_set_wall(text, uuid) FROM PUBLIC;
"""  # noqa: S608 - of the words above alone
DROP = f"""
CREATE OR REPLACE FUNCTION tenants_hidden() RETURNS SETOF uuid {DEFINED} ROWS 20 AS $${MARKED.format("")}$$;
DROP FUNCTION tenants_set_wall(text, uuid); DROP FUNCTION tenants_walled_here(text, text, text);
DROP FUNCTION tenants_walled_accounts(); DROP FUNCTION tenants_walled(); DROP FUNCTION tenants_marked();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("buildings", "0006_triage"),
        ("tenants", "0031_looks_decided"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConflictWall",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("set_on", models.DateField()),
                ("ended_on", models.DateField(blank=True, null=True)),
                (
                    "building",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="buildings.building",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lease",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.lease",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on__isnull", True)),
                        fields=("person", "lease"),
                        name="wall_once_at_a_time",
                        violation_error_message="Ce dossier est déjà fermé à cette personne.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_by__isnull", True),
                            models.Q(("ended_by", models.F("person")), _negated=True),
                            _connector="OR",
                        ),
                        name="wall_ended_by_another",
                        violation_error_message="Une cloison est levée par un autre que la personne qu’elle concerne.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(PIN, migrations.RunSQL.noop),
        migrations.RunSQL(CREATE, DROP),
    ]
