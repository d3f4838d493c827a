"""A party carries its tenant's name key, as a residence does: an officer's search reads one index, by building."""

import django.db.models.deletion
from django.db import migrations, models

NAME = """
ALTER TABLE tenants_leaseparty ADD COLUMN name_key varchar(162);
UPDATE tenants_leaseparty p SET name_key = t.name_key FROM tenants_tenant t WHERE t.id = p.tenant_id;
ALTER TABLE tenants_leaseparty ALTER COLUMN name_key SET NOT NULL;
ALTER TABLE tenants_leaseparty ADD CONSTRAINT party_carries_its_name
    FOREIGN KEY (tenant_id, name_key) REFERENCES tenants_tenant (id, name_key) ON UPDATE CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0016_texts_counted"), ("buildings", "0005_contests")]

    operations = [
        migrations.RunSQL(
            NAME,
            "ALTER TABLE tenants_leaseparty DROP COLUMN name_key",
            state_operations=[
                migrations.AddField("leaseparty", "name_key", models.CharField(editable=False, max_length=162)),
            ],
        ),
        migrations.AlterField(
            model_name="leaseparty",
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
        migrations.AddIndex("leaseparty", models.Index(fields=["building", "name_key"], name="party_building_name")),
    ]
