CREATE OR REPLACE TRIGGER tenants_apart AFTER UPDATE OF decided_by_id ON casework_contestedsentence
    FOR EACH ROW EXECUTE FUNCTION tenants_check_two_offices('proposed_by_id', 'decided_by_id');
CREATE OR REPLACE TRIGGER tenants_apart_from_writer AFTER UPDATE OF decided_by_id ON casework_contestedsentence
    FOR EACH ROW EXECUTE FUNCTION tenants_check_two_offices('asked_by_id', 'decided_by_id');
CREATE OR REPLACE TRIGGER tenants_apart AFTER UPDATE OF decided_by_id ON casework_legacycomment
    FOR EACH ROW WHEN (NEW.outcome = 'kept') EXECUTE FUNCTION tenants_check_two_offices('proposed_by_id', 'decided_by_id');
