-- Signing the lease of a candidate: what waits for the person who signs, and what the lease takes over.

-- Leases to sign in the buildings of the current person. No name is in it. `discreet`: the candidate asked for discretion.
CREATE OR REPLACE FUNCTION allocations_leases_to_sign() RETURNS TABLE (candidacy uuid, available_on date,
        outside_flow text, discreet boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT h.candidacy_id, v.available_on, v.outside_flow::text, h.discreet FROM allocations_handover h
    JOIN allocations_candidacy c ON c.id = h.candidacy_id
    JOIN allocations_application a ON a.id = c.application_id AND a.state <> 'closed'
    JOIN allocations_vacancy v ON v.id = c.vacancy_id AND v.state = 'offered'
    WHERE h.signed_on IS NULL
      AND h.building_id = ANY (ARRAY (SELECT access_reach(loge_person(), 'account', loge_today())))
    ORDER BY v.available_on, h.candidacy_id;
END $$;
REVOKE ALL ON FUNCTION allocations_leases_to_sign FROM PUBLIC;

-- Gives the tenants of a new lease the birth dates of the applicants with the same name. The person who signs reads them
-- before, and may not write them otherwise. Two applicants with the same name get none. Returns how many it gave.
CREATE OR REPLACE FUNCTION allocations_carry_birth_dates(wanted uuid, signed uuid) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    given bigint;
BEGIN
    WITH people AS (
        SELECT p.name_key, min(p.birth_date) AS birth_date FROM allocations_leases_to_sign() s
        JOIN allocations_candidacy c ON c.id = s.candidacy
        JOIN allocations_vacancy v ON v.id = c.vacancy_id
        JOIN tenants_leaseunit u ON u.unit_id = v.unit_id AND u.lease_id = signed
        JOIN allocations_applicant p ON p.application_id = c.application_id
        WHERE s.candidacy = wanted GROUP BY p.name_key HAVING count(*) = 1
    ), carried AS (
        INSERT INTO tenants_identity (tenant_id, birth_date)
        SELECT t.tenant_id, p.birth_date FROM tenants_leaseparty t JOIN people p ON p.name_key = t.name_key
        WHERE t.lease_id = signed ON CONFLICT DO NOTHING RETURNING 1
    ) SELECT count(*) INTO given FROM carried;
    RETURN given;
END $$;
REVOKE ALL ON FUNCTION allocations_carry_birth_dates FROM PUBLIC;

-- Are the holders of a lease the applicants? A new lease has all their names and no others. The lease of a transfer has the
-- holders of the former lease, of whom one has the family name of the principal applicant. Internal.
CREATE OR REPLACE FUNCTION allocations_held_by_applicants(signed uuid, application uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT ARRAY (SELECT p.name_key FROM tenants_leaseparty p
                  WHERE p.lease_id = signed AND p.capacity <> 'guarantor' ORDER BY 1)
        = ARRAY (SELECT a.name_key FROM allocations_applicant a WHERE a.application_id = application ORDER BY 1)
        OR EXISTS (
            SELECT FROM allocations_applicant a
            JOIN tenants_leaseparty p ON p.lease_id = signed AND p.capacity <> 'guarantor'
                AND starts_with(' ' || p.name_key || ' ', tenants_fold_name(a.last_name))
            JOIN tenants_leaseparty former ON former.tenant_id = p.tenant_id AND former.lease_id <> signed
                AND former.last_day = p.first_day - 1
            WHERE a.application_id = application AND a.tie = 'principal')
$$;
REVOKE ALL ON FUNCTION allocations_held_by_applicants FROM PUBLIC;

-- Signing a candidate's lease closes the application and lets the dwelling. So the signature cannot be undone, unlike that
-- of other leases: the application would stay closed, and its data are deleted in the night.
CREATE OR REPLACE FUNCTION allocations_check_undone_lease() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM allocations_handover h WHERE h.lease = OLD.id AND h.signed_on = loge_today()) THEN
        PERFORM allocations_refuse('lease_of_candidate_stays');
    END IF;
    RETURN OLD;
END $$;
REVOKE ALL ON FUNCTION allocations_check_undone_lease FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_undone_lease ON tenants_lease;
CREATE TRIGGER allocations_undone_lease BEFORE DELETE ON tenants_lease
    FOR EACH ROW EXECUTE FUNCTION allocations_check_undone_lease();
