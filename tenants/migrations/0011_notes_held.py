"""A note stands under a code of accounts, in its account's building, and stays as it was written."""

from django.db import migrations

CREATE = """
ALTER TABLE tenants_accountnote ADD CONSTRAINT account_note_stands_in_its_account
    FOREIGN KEY (account_id, building_id) REFERENCES tenants_account (id, building_id) ON UPDATE CASCADE;
CREATE FUNCTION tenants_note_checks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM tenants_factcode
                   WHERE code = NEW.code_id AND compartment = 'account' AND retired_on IS NULL) THEN
        RAISE EXCEPTION 'no such fact' USING ERRCODE = 'check_violation', CONSTRAINT = 'note_under_a_fact';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION tenants_note_keeps() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    aside text[] := '{building_id,withdrawn_on,withdrawn_by_id}';
    person uuid := loge_person();
BEGIN
    IF TG_OP = 'DELETE' AND (OLD.ends_on < loge_today() OR OLD.withdrawn_on IS NOT NULL) THEN
        RETURN OLD;
    ELSIF TG_OP = 'UPDATE' AND to_jsonb(OLD) - aside = to_jsonb(NEW) - aside
        AND ((OLD.withdrawn_on, OLD.withdrawn_by_id) IS NOT DISTINCT FROM (NEW.withdrawn_on, NEW.withdrawn_by_id)
             OR (OLD.withdrawn_on IS NULL AND NEW.withdrawn_on = loge_today()
                 AND (person IS NULL OR NEW.withdrawn_by_id = person)))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a note is never edited, and erased once it is over (% refused)', TG_OP
        USING ERRCODE = 'check_violation', CONSTRAINT = 'note_stays_as_written';
END $$;
REVOKE ALL ON FUNCTION tenants_note_checks(), tenants_note_keeps() FROM PUBLIC;
CREATE TRIGGER tenants_accountnote_check BEFORE INSERT ON tenants_accountnote
    FOR EACH ROW EXECUTE FUNCTION tenants_note_checks();
ALTER TABLE tenants_accountnote ENABLE ALWAYS TRIGGER tenants_accountnote_check;
CREATE TRIGGER tenants_accountnote_keep BEFORE UPDATE OR DELETE ON tenants_accountnote
    FOR EACH ROW EXECUTE FUNCTION tenants_note_keeps();
ALTER TABLE tenants_accountnote ENABLE ALWAYS TRIGGER tenants_accountnote_keep;
"""
DROP = "DROP FUNCTION tenants_note_checks() CASCADE; DROP FUNCTION tenants_note_keeps() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("tenants", "0010_notes")]
    operations = [migrations.RunSQL(CREATE, DROP)]
