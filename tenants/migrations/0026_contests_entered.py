"""A sentence that two people let pass goes as the steward enters it: the officer who watches takes no word away."""

from django.db import migrations

HELD = """
-- Proposed by the steward, decided or sent back by a manager of the place, all without the DPO's office; advised on, suspended
-- and resumed by the DPO alone; the words only ever go, once entered by the steward or decided on. A server's job has no person: it erases at thirty days.
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
        AND (NEW.sentence IS NOT DISTINCT FROM OLD.sentence
             OR (NEW.sentence IS NULL AND NEW.outcome <> ''
                 AND (person IS NULL OR (NOT officer AND tenants_holds_at('data_steward', OLD.building_id)))))
        AND ((NEW.proposal, NEW.wording, NEW.proposed_by_id) IS NOT DISTINCT FROM (OLD.proposal, OLD.wording, OLD.proposed_by_id)
             OR (waiting AND NEW.proposed_by_id = person AND NOT officer AND tenants_holds_at('data_steward', OLD.building_id))
             OR (waiting AND NEW.proposal = '' AND NEW.wording = '' AND NEW.proposed_by_id IS NULL AND NOT officer
                 AND tenants_holds_at('sector_manager', OLD.building_id)))
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
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0025_inheritance_by_office")]
    operations = [migrations.RunSQL(HELD, migrations.RunSQL.noop)]
