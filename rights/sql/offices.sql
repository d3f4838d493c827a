CREATE OR REPLACE TRIGGER tenants_apart AFTER UPDATE OF agreed_by_id ON rights_lookdeferral
    FOR EACH ROW EXECUTE FUNCTION tenants_check_two_offices('asked_by_id', 'agreed_by_id');
CREATE OR REPLACE TRIGGER access_a_people AFTER INSERT OR UPDATE ON rights_lookdeferral
    FOR EACH ROW EXECUTE FUNCTION access_refuse_programs();
