from django.db import migrations

VIEW = """
-- The same rows: a permission's own name says its compartment, so that a question for one of them asks for one reach.
CREATE OR REPLACE VIEW buildings_user_permission AS
    SELECT md5(p.id::text || perm.id || building)::uuid AS id,
           p.id AS user_id, perm.id AS permission_id, building AS content_object_id
    FROM access_person p
    CROSS JOIN auth_permission perm
    JOIN django_content_type t ON t.id = perm.content_type_id AND t.app_label = 'buildings' AND t.model = 'building'
    CROSS JOIN LATERAL access_reach(p.id, left(perm.codename, -6), loge_today()) AS building
    WHERE perm.codename LIKE '%\\_reach';
"""


class Migration(migrations.Migration):
    dependencies = [("buildings", "0003_counter")]
    operations = [migrations.RunSQL(VIEW, migrations.RunSQL.noop)]
