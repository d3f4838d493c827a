CREATE OR REPLACE TRIGGER tenants_apart AFTER INSERT ON inspection_copyrelease
    FOR EACH ROW EXECUTE FUNCTION tenants_check_two_offices('asked_by_id', 'released_by_id');
CREATE OR REPLACE TRIGGER access_a_people AFTER INSERT OR UPDATE ON inspection_copyrelease
    FOR EACH ROW EXECUTE FUNCTION access_refuse_programs();
