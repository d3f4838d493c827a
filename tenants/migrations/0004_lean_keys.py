"""Keys and indexes that cost at every row and never refuse or find anything go; the two rules "once at a time" get an index
that grows at the same pace however many leases there are."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# A stay is a range from (what, first day) to (what, last day), written so that bytes sort as they do: stays of different
# things never overlap, those of one thing overlap when their days do. One range in a tree of disjoint ranges is five
# times quicker to add than a range for each column in a GiST index, whose pages all overlap once ids are drawn at random.
DAY = "int4send({} - date '0001-01-01')"
STAY = (
    "byterange({0} || "
    + DAY.format("first_day")
    + ", {0} || "
    + DAY.format("coalesce(last_day, '9999-12-31')")
    + ", '[]')"
)
EXCLUDE = "ALTER TABLE {0} DROP CONSTRAINT {1}; ALTER TABLE {0} ADD CONSTRAINT {1} EXCLUDE USING {2};"
BY_COLUMN = "daterange(first_day, last_day, '[]') WITH &&)"
ONCE = [
    (
        "tenants_leaseunit",
        "letting_once_at_a_time",
        "uuid_send(unit_id)",
        "gist (uuidrange(unit_id, unit_id, '[]') WITH =, " + BY_COLUMN,
    ),
    (
        "tenants_leaseparty",
        "party_once_at_a_time",
        "uuid_send(lease_id) || uuid_send(tenant_id)",
        "gist (uuidrange(lease_id, lease_id, '[]') WITH =, uuidrange(tenant_id, tenant_id, '[]') WITH =, " + BY_COLUMN,
    ),
]


class Migration(migrations.Migration):
    dependencies = [
        ("buildings", "0002_guardian_views"),
        ("tenants", "0003_settling"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="entry",
            name="entry_sent_once",
        ),
        migrations.AlterField(
            model_name="account",
            name="building",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accounts",
                to="buildings.building",
            ),
        ),
        migrations.AlterField(
            model_name="account",
            name="lease",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="account",
                to="tenants.lease",
            ),
        ),
        migrations.AlterField(
            model_name="discreetmark",
            name="building",
            field=models.ForeignKey(
                db_constraint=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="buildings.building",
            ),
        ),
        migrations.AlterField(
            model_name="discreetmark",
            name="lease",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="discreet_marks",
                to="tenants.lease",
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="account",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="tenants.account",
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="building",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="buildings.building",
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="posted_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="reverses",
            field=models.OneToOneField(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reversed_by",
                to="tenants.entry",
            ),
        ),
        migrations.AlterField(
            model_name="lease",
            name="building",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="leases",
                to="buildings.building",
            ),
        ),
        migrations.AlterField(
            model_name="lease",
            name="main_unit",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="leases",
                to="buildings.unit",
            ),
        ),
        migrations.AlterField(
            model_name="leaseparty",
            name="building",
            field=models.ForeignKey(
                db_constraint=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="buildings.building",
            ),
        ),
        migrations.AlterField(
            model_name="leaseparty",
            name="lease",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parties",
                to="tenants.lease",
            ),
        ),
        migrations.AlterField(
            model_name="leaseunit",
            name="building",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="buildings.building",
            ),
        ),
        migrations.AlterField(
            model_name="leaseunit",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lettings",
                to="buildings.unit",
            ),
        ),
        migrations.AlterField(
            model_name="residence",
            name="building",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="residences",
                to="buildings.building",
            ),
        ),
        migrations.AlterField(
            model_name="residence",
            name="tenant",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="residences",
                to="tenants.tenant",
            ),
        ),
        migrations.AlterField(
            model_name="residence",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="residences",
                to="buildings.unit",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("posted_by__isnull", False)), fields=["posted_by"], name="entry_posted_by"
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("idempotency_key__isnull", False)),
                fields=("account", "idempotency_key"),
                name="entry_sent_once",
                violation_error_message="Cette écriture est déjà passée.",
            ),
        ),
        migrations.RunSQL("CREATE TYPE byterange AS RANGE (subtype = bytea)", "DROP TYPE byterange"),
        *(
            migrations.RunSQL(
                EXCLUDE.format(table, rule, f"spgist ({STAY.format(what)} WITH &&)"),
                EXCLUDE.format(table, rule, before),
            )
            for table, rule, what, before in ONCE
        ),
    ]
