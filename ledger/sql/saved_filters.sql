-- Saved filters of the lists of accounts end with the employee's account: they are deleted when the sign-in is closed.

CREATE OR REPLACE FUNCTION ledger_delete_filters() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM ledger_savedfilter WHERE person_id = NEW.id;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION ledger_delete_filters FROM PUBLIC;

CREATE OR REPLACE TRIGGER ledger_saved_filters_end AFTER UPDATE OF is_active ON access_person
    FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION ledger_delete_filters();
ALTER TABLE access_person ENABLE ALWAYS TRIGGER ledger_saved_filters_end;
