"""A tenant's challenge of a fact has an answer: withdrawn, replaced, or kept on a day by who may write it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

HELD = """
-- Nothing is edited: a fact is withdrawn, said to be contested, and kept against that by who may write it, each once. Its
-- building follows when a building is re-cut.
CREATE OR REPLACE FUNCTION tenants_fact_keeps() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    aside text[] := '{building_id,withdrawn_on,withdrawn_by_id,contested_on,kept_on,kept_by_id}';
    person uuid := loge_person();
BEGIN
    IF TG_OP = 'DELETE' AND (OLD.ends_on < loge_today() OR OLD.withdrawn_on IS NOT NULL) THEN
        RETURN OLD;
    ELSIF TG_OP = 'UPDATE' AND to_jsonb(OLD) - aside = to_jsonb(NEW) - aside
        AND (OLD.withdrawn_on IS NOT DISTINCT FROM NEW.withdrawn_on
             OR (OLD.withdrawn_on IS NULL AND NEW.withdrawn_on = loge_today()
                 AND (person IS NULL OR (NEW.withdrawn_by_id = person
                      AND tenants_fact_open(person, TG_ARGV[0], 'write', OLD.code_id, OLD.building_id)))))
        AND (OLD.withdrawn_by_id IS NOT DISTINCT FROM NEW.withdrawn_by_id OR OLD.withdrawn_on IS NULL)
        AND (OLD.contested_on IS NOT DISTINCT FROM NEW.contested_on
             OR (OLD.contested_on IS NULL AND NEW.contested_on = loge_today()))
        AND ((OLD.kept_on, OLD.kept_by_id) IS NOT DISTINCT FROM (NEW.kept_on, NEW.kept_by_id)
             OR (OLD.kept_on IS NULL AND OLD.contested_on IS NOT NULL AND NEW.kept_on = loge_today()
                 AND NEW.kept_by_id = person
                 AND tenants_fact_open(person, TG_ARGV[0], 'write', OLD.code_id, OLD.building_id)))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a fact is never edited, and erased once it is over (% refused)', TG_OP
        USING ERRCODE = 'check_violation', CONSTRAINT = 'fact_stays_as_written';
END $$;
-- Cards that carry a precaution whose tenant contests it, for the manager who is to answer.
CREATE FUNCTION tenants_challenged() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT f.residence_id FROM tenants_cardfact f JOIN tenants_factcode c ON c.code = f.code_id AND c.precaution
    WHERE f.contested_on IS NOT NULL AND f.kept_on IS NULL AND f.withdrawn_on IS NULL AND f.ends_on >= loge_today()
        AND tenants_fact_open(loge_person(), 'card', 'write', f.code_id, f.building_id)
$$;
REVOKE ALL ON FUNCTION tenants_challenged() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0018_contests_advised"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="accountfact",
            name="kept_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="accountfact",
            name="kept_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="cardfact",
            name="kept_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="cardfact",
            name="kept_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="dwellingfact",
            name="kept_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="dwellingfact",
            name="kept_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.RunSQL(HELD, "DROP FUNCTION tenants_challenged()"),
    ]
