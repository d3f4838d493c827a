"""What somebody does to a lease can be undone until midnight, by whoever may do it."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PINS = """
ALTER TABLE tenants_leasechange ADD CONSTRAINT change_stands_in_its_lease FOREIGN KEY (lease_id, building_id)
    REFERENCES tenants_lease (id, building_id) ON UPDATE CASCADE ON DELETE CASCADE;
CREATE INDEX change_of_lease ON tenants_leasechange (lease_id, building_id);
SELECT tenants_say_end('tenants_leasechange', 'day');
"""
CREATE = """
-- Puts back what `before` holds, and deletes what the act made. Refused: another day, an act that is not the latest of its
-- lease, a household out of reach or hidden, and whatever another row already stands on.
CREATE FUNCTION tenants_undo_change(which uuid) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    change tenants_leasechange;
    former uuid;
BEGIN
    SELECT c.* INTO change FROM tenants_leasechange c WHERE c.id = which AND c.day = loge_today()
        AND c.building_id = ANY (ARRAY (SELECT loge_reach('account')))
        AND c.lease_id <> ALL (ARRAY (SELECT tenants_hidden()));
    former := coalesce((change.before->>'former')::uuid, change.lease_id);
    -- Everybody who changes one of the two leases waits here, or has been waited for.
    PERFORM FROM tenants_lease WHERE id IN (change.lease_id, former) ORDER BY id FOR UPDATE;
    PERFORM FROM tenants_leasechange c WHERE c.id = which FOR UPDATE;
    IF NOT FOUND OR change.id IS NULL OR EXISTS (SELECT FROM tenants_leasechange c WHERE c.lease_id IN (change.lease_id, former)
            AND c.id <> which AND (c.made_at, c.id) > (change.made_at, which)) THEN
        RAISE EXCEPTION 'not the latest act of today' USING ERRCODE = 'check_violation', CONSTRAINT = 'change_undone_today';
    END IF;
    IF EXISTS (SELECT FROM tenants_account a WHERE a.lease_id IN (change.lease_id, former) AND a.settled_on IS NOT NULL) THEN
        RAISE EXCEPTION 'the account is settled' USING ERRCODE = 'check_violation', CONSTRAINT = 'change_nothing_built_on';
    END IF;
    BEGIN
        DELETE FROM tenants_leasechange WHERE id = which;
        IF change.kind IN ('signed', 'transferred') THEN
            DELETE FROM tenants_residence WHERE lease_id = change.lease_id;
            DELETE FROM tenants_leaseparty WHERE lease_id = change.lease_id;
            DELETE FROM tenants_leaseunit WHERE lease_id = change.lease_id;
            DELETE FROM tenants_account WHERE lease_id = change.lease_id;
            DELETE FROM tenants_lease WHERE id = change.lease_id;
        ELSIF change.kind = 'moved_in' THEN
            DELETE FROM tenants_residence WHERE id = (change.before->>'residence')::uuid;
        END IF;
        DELETE FROM tenants_tenant WHERE id IN (SELECT value::uuid FROM jsonb_array_elements_text(change.before->'tenants'));
        UPDATE tenants_lease SET notice_on = (change.before->'lease'->>0)::date, ends_on = (change.before->'lease'->>1)::date
            WHERE id = former AND change.before ? 'lease';
        UPDATE tenants_leaseunit u SET last_day = (was.value->>1)::date
            FROM jsonb_array_elements(change.before->'units') was WHERE u.id = (was.value->>0)::uuid;
        UPDATE tenants_leaseparty p SET last_day = (was.value->>1)::date
            FROM jsonb_array_elements(change.before->'parties') was WHERE p.id = (was.value->>0)::uuid;
        UPDATE tenants_residence r SET moved_out = (was.value->>1)::date, transferred = (was.value->>2)::boolean
            FROM jsonb_array_elements(change.before->'residences') was WHERE r.id = (was.value->>0)::uuid;
        SET CONSTRAINTS ALL IMMEDIATE;
    EXCEPTION WHEN foreign_key_violation THEN
        RAISE EXCEPTION 'another row stands on it' USING ERRCODE = 'check_violation', CONSTRAINT = 'change_nothing_built_on';
    END;
END $$;
REVOKE ALL ON FUNCTION tenants_undo_change(uuid) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0073_lease_days"), ("buildings", "__first__")]

    operations = [
        migrations.CreateModel(
            name="LeaseChange",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("signed", "bail enregistré"),
                            ("notice", "congé enregistré"),
                            ("moved_in", "arrivée enregistrée"),
                            ("moved_out", "départ enregistré"),
                            ("transferred", "mutation enregistrée"),
                        ],
                        max_length=12,
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("day", models.DateField()),
                ("before", models.JSONField()),
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
                    "lease",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="tenants.lease",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunSQL(PINS, ""),
        migrations.RunSQL(CREATE, "DROP FUNCTION tenants_undo_change(uuid)"),
    ]
