"""The front desk: where a reference is kept, and a card for some minutes to whoever's visitor has shown a paper."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CREATE = """
-- Which agency keeps a reference: its id, and the account's for the trace. A settled account is kept by nobody any more.
CREATE FUNCTION tenants_keeper(wanted text) RETURNS TABLE (account uuid, agency uuid) LANGUAGE sql STABLE
    SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    SELECT a.id, p.id FROM tenants_account a
    JOIN access_place b ON b.id = a.building_id
    JOIN access_place p ON b.path >= p.path AND b.path < p.path || '~'
    WHERE a.reference = wanted AND a.settled_on IS NULL AND p.level IN ('agency', 'directorate', 'organisation')
    ORDER BY length(p.path) DESC LIMIT 1
$$;
-- Is this building within the counter of the person asking?
CREATE FUNCTION tenants_at_counter(place uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_rules(loge_person(), place, loge_today()) r
        JOIN access_rolecompartment c ON c.role = r.role AND c.compartment = 'counter'
    )
$$;
-- A reference and a name that belong together, within one's counter: the one check of the person asking is now theirs, for
-- ten minutes. Answers the residence, or nothing, whichever of them was wrong.
CREATE FUNCTION tenants_check_identity(wanted text, called text, paper text) RETURNS uuid LANGUAGE plpgsql VOLATILE
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    home record;
BEGIN
    SELECT r.id, r.lease_id INTO home FROM tenants_account a JOIN tenants_residence r ON r.lease_id = a.lease_id
    WHERE a.reference = wanted AND a.settled_on IS NULL
      AND length(called) >= 2 AND starts_with(r.name_key || ' ', called || ' ')
      AND r.moved_in <= loge_today() + 14 AND (r.moved_out IS NULL OR r.moved_out >= loge_today()
           OR (NOT r.transferred AND r.moved_out >= loge_today() - 7))
      AND r.lease_id <> ALL (ARRAY (SELECT tenants_hidden()))
      AND tenants_at_counter(r.building_id)
    ORDER BY r.moved_in, r.id LIMIT 1;
    IF home.id IS NULL THEN
        RETURN NULL;
    END IF;
    DELETE FROM tenants_identitycheck WHERE until < loge_now();
    INSERT INTO tenants_identitycheck (person_id, lease_id, document, until)
    VALUES (loge_person(), home.lease_id, paper, loge_now() + interval '10 minutes')
    ON CONFLICT (person_id) DO UPDATE SET lease_id = excluded.lease_id, document = excluded.document, until = excluded.until;
    RETURN home.id;
END $$;
-- The lease whose card is open to the person asking: none, or one. Asked again at each look, so that an assignment that
-- ended, or a household that asked for discretion meanwhile, shuts it.
CREATE FUNCTION tenants_checked() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 1
    SET search_path = public, pg_temp AS $$
    SELECT c.lease_id FROM tenants_identitycheck c JOIN tenants_lease l ON l.id = c.lease_id
    WHERE c.person_id = loge_person() AND c.until > loge_now() AND tenants_at_counter(l.building_id)
      AND c.lease_id <> ALL (ARRAY (SELECT tenants_hidden()))
$$;
REVOKE ALL ON FUNCTION tenants_keeper(text), tenants_at_counter(uuid), tenants_check_identity(text, text, text),
    tenants_checked() FROM PUBLIC;
"""
DROP = """DROP FUNCTION tenants_checked(); DROP FUNCTION tenants_check_identity(text, text, text);
DROP FUNCTION tenants_at_counter(uuid); DROP FUNCTION tenants_keeper(text);"""


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0006_landlords_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="IdentityCheck",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.CharField(
                        choices=[
                            ("photo", "pièce d’identité avec photo"),
                            ("licence", "permis de conduire"),
                            ("mandate", "pièce d’un représentant, et son mandat"),
                        ],
                        max_length=8,
                        verbose_name="pièce présentée",
                    ),
                ),
                ("until", models.DateTimeField()),
                (
                    "lease",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tenants.lease"
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
        migrations.AddConstraint(
            "identitycheck",
            models.CheckConstraint(
                condition=models.Q(document__in=["photo", "licence", "mandate"]),
                name="identity_check_document_known",
                violation_error_message="Cette pièce n’est pas de la liste.",
            ),
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
