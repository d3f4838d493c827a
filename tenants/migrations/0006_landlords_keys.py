"""The landlord's own keys, and receipts that wait until somebody knows whose they are."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CREATE = """
-- Where a person clears receipts today: agencies (directorates, sectors) at or below the places held in the compartment.
-- What names no agency is the organisation's: its accountant finds it, an officer does not.
CREATE FUNCTION tenants_desks(who uuid, what text) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 20
    SET search_path = public, pg_temp AS $$
    SELECT DISTINCT b.id FROM access_assignment a
    JOIN access_person p ON p.id = a.person_id AND p.is_active
    JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = what
    JOIN access_place q ON q.id = a.place_id
    JOIN access_place b ON b.path >= q.path AND b.path < q.path || '~'
    WHERE a.person_id = who AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
      AND (b.level IN ('directorate', 'agency', 'sector') OR (b.level = 'organisation' AND what = 'books'))
$$;
-- Receipts not cleared, or cleared by an entry that was undone since. Ids alone: whoever clears may not see the account.
CREATE FUNCTION tenants_waiting() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 50
    SET search_path = public, pg_temp AS $$
    SELECT r.id FROM tenants_receipt r WHERE NOT EXISTS (
        SELECT FROM tenants_clearing c WHERE c.receipt_id = r.id
        AND NOT EXISTS (SELECT FROM tenants_entry e WHERE e.reverses_id = c.entry_id))
$$;
-- May this receipt be cleared by this entry? Holds the receipt's row, so that two people at once are one clearing and one
-- refusal. Asked by the policy of every clearing.
CREATE FUNCTION tenants_may_clear(which uuid, by_entry uuid) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM tenants_receipt WHERE id = which FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT FROM tenants_waiting() w WHERE w = which) THEN
        RAISE EXCEPTION 'receipt % is cleared already', which
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_cleared_once';
    END IF;
    RETURN EXISTS (
        SELECT FROM tenants_entry e JOIN tenants_receipt r ON r.id = which
        WHERE e.id = by_entry AND e.kind = 'payment' AND e.amount_cents = -r.amount_cents AND e.reverses_id IS NULL);
END $$;
REVOKE ALL ON FUNCTION tenants_desks(uuid, text), tenants_waiting(), tenants_may_clear(uuid, uuid) FROM PUBLIC;

-- Receipts and clearings are only ever added.
CREATE FUNCTION tenants_receipt_keeps() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a receipt is only ever added (% refused)', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER tenants_receipt_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON tenants_receipt
    FOR EACH STATEMENT EXECUTE FUNCTION tenants_receipt_keeps();
ALTER TABLE tenants_receipt ENABLE ALWAYS TRIGGER tenants_receipt_keep;
CREATE TRIGGER tenants_clearing_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON tenants_clearing
    FOR EACH STATEMENT EXECUTE FUNCTION tenants_receipt_keeps();
ALTER TABLE tenants_clearing ENABLE ALWAYS TRIGGER tenants_clearing_keep;
"""
DROP = """
DROP TRIGGER tenants_clearing_keep ON tenants_clearing; DROP TRIGGER tenants_receipt_keep ON tenants_receipt;
DROP FUNCTION tenants_receipt_keeps(); DROP FUNCTION tenants_may_clear(uuid, uuid);
DROP FUNCTION tenants_waiting(); DROP FUNCTION tenants_desks(uuid, text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_unused"),
        ("tenants", "0005_who_may_join"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source_key", models.CharField(max_length=64, verbose_name="clé")),
                ("label", models.CharField(max_length=40, verbose_name="moyen")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("rent_run", "quittancement"),
                            ("counter", "guichet"),
                            ("bank", "banque"),
                            ("caf", "CAF"),
                            ("officer", "gestion locative"),
                            ("taken_over", "reprise"),
                        ],
                        max_length=16,
                        verbose_name="origine",
                    ),
                ),
                ("amount_cents", models.BigIntegerField(verbose_name="montant")),
                ("received_on", models.DateField(verbose_name="reçu le")),
                ("booked_on", models.DateField(verbose_name="date comptable")),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.place"),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Clearing",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("cleared_at", models.DateTimeField(auto_now_add=True)),
                (
                    "cleared_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="clearing", to="tenants.entry"
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="clearings", to="tenants.receipt"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SourceKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("unit", "logement"),
                            ("tenant", "locataire"),
                            ("lease", "bail"),
                            ("entry", "écriture"),
                            ("receipt", "encaissement en attente"),
                        ],
                        max_length=8,
                    ),
                ),
                ("key", models.CharField(db_collation="C", max_length=64)),
                ("target", models.UUIDField()),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "key"),
                        name="source_key_once",
                        violation_error_message="Cette clé désigne déjà autre chose.",
                    ),
                    models.UniqueConstraint(
                        fields=("kind", "target"),
                        name="source_key_one_each",
                        violation_error_message="Une chose a une seule clé.",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_cents__gt", 0), ("amount_cents__lt", 100000000)),
                name="receipt_amount_plausible",
                violation_error_message="Un encaissement est au-dessus de zéro et sous un million d’euros.",
            ),
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
