"""Who answers for the whole landlord's texts, demands and inspections: asked where every such question is."""

from django.db import migrations

ASKED = {"tenants_weighs": "sealed", "tenants_inspects": "inspection", "tenants_discloses": "disclosure"}
CREATE = """
CREATE OR REPLACE FUNCTION {0}() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$ SELECT access_holds_everywhere('{1}') $$;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0056_looks_explained"), ("access", "0019_everywhere")]
    operations = [migrations.RunSQL(CREATE.format(*asked)) for asked in ASKED.items()]
