from django.db import migrations

CREATE = """
CREATE VIEW buildings_user_permission AS
    SELECT md5(p.id::text || perm.id || building)::uuid AS id,
           p.id AS user_id, perm.id AS permission_id, building AS content_object_id
    FROM access_person p
    CROSS JOIN (SELECT DISTINCT compartment::text AS what FROM access_rolecompartment) c
    JOIN auth_permission perm ON perm.codename = c.what || '_reach'
    JOIN django_content_type t ON t.id = perm.content_type_id AND t.app_label = 'buildings' AND t.model = 'building'
    CROSS JOIN LATERAL access_reach(p.id, c.what, loge_today()) AS building;
CREATE VIEW buildings_group_permission AS
    SELECT NULL::uuid AS id, NULL::integer AS group_id, NULL::integer AS permission_id, NULL::uuid AS content_object_id
    WHERE false;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("buildings", "0001_initial"),
        ("access", "0002_reach"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]
