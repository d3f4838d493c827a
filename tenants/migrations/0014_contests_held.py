"""Who may do what about a contested sentence, asked of the person and not of the page; and when its words go."""

from django.db import migrations

CREATE = """
ALTER TABLE tenants_contestedsentence ADD CONSTRAINT contest_stands_in_its_account
    FOREIGN KEY (account_id, building_id) REFERENCES tenants_account (id, building_id) ON UPDATE CASCADE;
-- Does the person asking read sealed sentences today: a steward or a data-protection officer of the whole organisation?
CREATE FUNCTION tenants_weighs() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = 'sealed'
        JOIN access_place q ON q.id = a.place_id AND q.parent_id IS NULL
        WHERE a.person_id = loge_person() AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today()))
$$;
CREATE FUNCTION tenants_holds_at(which text, place uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM access_rules(loge_person(), place, loge_today()) r WHERE r.role = which)
$$;
-- Proposed by the steward, decided by a manager of the place, suspended by the DPO; the words only ever go. A server's job
-- has no person: it erases at thirty days.
CREATE FUNCTION tenants_contest_keeps() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    aside text[] := '{building_id,sentence,proposal,wording,proposed_by_id,outcome,decided_on,decided_by_id,suspended_on,suspended_by_id}';
    person uuid := loge_person();
    waiting boolean := OLD.outcome = '' AND OLD.suspended_on IS NULL;
BEGIN
    IF TG_OP = 'DELETE' AND OLD.asked_on + 30 <= loge_today() THEN
        RETURN OLD;
    ELSIF TG_OP = 'UPDATE' AND to_jsonb(OLD) - aside = to_jsonb(NEW) - aside
        AND (NEW.sentence IS NOT DISTINCT FROM OLD.sentence OR (NEW.sentence IS NULL AND NEW.outcome <> ''))
        AND ((NEW.proposal, NEW.wording, NEW.proposed_by_id) IS NOT DISTINCT FROM (OLD.proposal, OLD.wording, OLD.proposed_by_id)
             OR (waiting AND NEW.proposed_by_id = person AND tenants_holds_at('data_steward', OLD.building_id)))
        AND ((NEW.outcome, NEW.decided_on, NEW.decided_by_id) IS NOT DISTINCT FROM (OLD.outcome, OLD.decided_on, OLD.decided_by_id)
             OR (waiting AND NEW.proposal = OLD.proposal AND NEW.decided_by_id = person AND NEW.decided_on = loge_today()
                 AND tenants_holds_at('sector_manager', OLD.building_id)))
        AND ((NEW.suspended_on, NEW.suspended_by_id) IS NOT DISTINCT FROM (OLD.suspended_on, OLD.suspended_by_id)
             OR (waiting AND NEW.suspended_by_id = person AND tenants_holds_at('dpo', OLD.building_id)))
    THEN
        IF NEW.outcome NOT IN ('', 'allow_once') THEN
            NEW.sentence := NULL;
        END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a contest is weighed, decided and suspended by those who may (% refused)', TG_OP
        USING ERRCODE = 'check_violation', CONSTRAINT = 'contest_by_those_who_may';
END $$;
REVOKE ALL ON FUNCTION tenants_weighs(), tenants_holds_at(text, uuid), tenants_contest_keeps() FROM PUBLIC;
CREATE TRIGGER tenants_contestedsentence_keep BEFORE UPDATE OR DELETE ON tenants_contestedsentence
    FOR EACH ROW EXECUTE FUNCTION tenants_contest_keeps();
ALTER TABLE tenants_contestedsentence ENABLE ALWAYS TRIGGER tenants_contestedsentence_keep;
"""
DROP = """
DROP FUNCTION tenants_contest_keeps() CASCADE; DROP FUNCTION tenants_holds_at(text, uuid); DROP FUNCTION tenants_weighs();
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0013_contests")]
    operations = [migrations.RunSQL(CREATE, DROP)]
