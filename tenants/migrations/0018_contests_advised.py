"""The data-protection officer advises on a contest, and may lift what she suspended; who advises decides nothing."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

HELD = """
-- Proposed by the steward, decided by a manager of the place, both without the DPO's office; advised on, suspended and
-- resumed by the DPO alone; the words only ever go. A server's job has no person: it erases at thirty days.
CREATE OR REPLACE FUNCTION tenants_contest_keeps() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    aside text[] := '{building_id,sentence,proposal,wording,proposed_by_id,outcome,decided_on,decided_by_id,suspended_on,suspended_by_id,advice,advised_on,advised_by_id}';
    person uuid := loge_person();
    waiting boolean := OLD.outcome = '' AND OLD.suspended_on IS NULL;
    officer boolean;
BEGIN
    IF TG_OP = 'DELETE' AND OLD.asked_on + 30 <= loge_today() THEN
        RETURN OLD;
    END IF;
    officer := tenants_holds_at('dpo', OLD.building_id);
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - aside = to_jsonb(NEW) - aside
        AND (NEW.sentence IS NOT DISTINCT FROM OLD.sentence OR (NEW.sentence IS NULL AND NEW.outcome <> ''))
        AND ((NEW.proposal, NEW.wording, NEW.proposed_by_id) IS NOT DISTINCT FROM (OLD.proposal, OLD.wording, OLD.proposed_by_id)
             OR (waiting AND NEW.proposed_by_id = person AND NOT officer AND tenants_holds_at('data_steward', OLD.building_id)))
        AND ((NEW.outcome, NEW.decided_on, NEW.decided_by_id) IS NOT DISTINCT FROM (OLD.outcome, OLD.decided_on, OLD.decided_by_id)
             OR (waiting AND NEW.proposal = OLD.proposal AND NEW.decided_by_id = person AND NEW.decided_on = loge_today()
                 AND NOT officer AND tenants_holds_at('sector_manager', OLD.building_id)))
        AND ((NEW.suspended_on, NEW.suspended_by_id) IS NOT DISTINCT FROM (OLD.suspended_on, OLD.suspended_by_id)
             OR (officer AND OLD.outcome = '' AND OLD.suspended_on IS NULL AND NEW.suspended_on = loge_today()
                 AND NEW.suspended_by_id = person)
             OR (officer AND OLD.outcome = '' AND NEW.suspended_on IS NULL AND NEW.suspended_by_id IS NULL))
        AND ((NEW.advice, NEW.advised_on, NEW.advised_by_id) IS NOT DISTINCT FROM (OLD.advice, OLD.advised_on, OLD.advised_by_id)
             OR (officer AND OLD.outcome = '' AND NEW.advice <> '' AND NEW.advised_on = loge_today()
                 AND NEW.advised_by_id = person))
    THEN
        IF NEW.outcome NOT IN ('', 'allow_once') THEN
            NEW.sentence := NULL;
        END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a contest is weighed, decided, advised on and suspended by those who may (% refused)', TG_OP
        USING ERRCODE = 'check_violation', CONSTRAINT = 'contest_by_those_who_may';
END $$;
-- How many answers wait, are proposed and are late, for whom they concern: a manager's own places, or the whole of it for
-- the steward and the DPO. Numbers alone, so that the page one lands on may say them.
CREATE FUNCTION tenants_contests_due() RETURNS TABLE (waiting bigint, proposed bigint, late bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*), count(*) FILTER (WHERE proposal <> ''), count(*) FILTER (WHERE answer_by < loge_today())
    FROM tenants_contestedsentence
    WHERE outcome = '' AND suspended_on IS NULL
        AND ((SELECT tenants_weighs()) OR tenants_holds_at('sector_manager', building_id))
$$;
REVOKE ALL ON FUNCTION tenants_contests_due() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("buildings", "0005_contests"),
        ("tenants", "0017_parties_named"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="contestedsentence",
            name="advice",
            field=models.CharField(
                blank=True,
                choices=[
                    ("proper_name", "un nom de lieu, d’immeuble ou d’entreprise : la formulation peut être admise"),
                    ("says_nothing", "ne dit rien d’une personne : le texte peut passer une fois"),
                    ("say_less", "dire moins : un fait codé suffit"),
                    ("special_category", "révèle une donnée sensible (RGPD, art. 9) : à effacer"),
                    ("offence", "dit une infraction ou une condamnation (RGPD, art. 10) : à effacer"),
                    ("not_relevant", "sans rapport avec le bail (RGPD, art. 5-1 c) : à effacer"),
                    ("hear_writer", "entendre d’abord son auteur"),
                ],
                max_length=24,
            ),
        ),
        migrations.AddField(
            model_name="contestedsentence",
            name="advised_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="contestedsentence",
            name="advised_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="contestedsentence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("advice", ""),
                    models.Q(("advised_by__isnull", False), ("advised_on__isnull", False)),
                    _connector="OR",
                ),
                name="contest_advice_is_signed",
                violation_error_message="Un avis est signé et daté.",
            ),
        ),
        migrations.RunSQL(HELD, "DROP FUNCTION tenants_contests_due()"),
    ]
