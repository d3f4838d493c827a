-- Applications from a file: one function writes them, so that whoever imports reads no application.

-- Stores one application of a file. Returns 'added', 'updated', 'unchanged', or 'closed' if it was removed from the
-- register today. What employees checked here stays: documents, assessed income, warnings. What the file does not say
-- (null or empty) stays as it is stored, too: the national register knows neither mobility cards nor equipment.
CREATE OR REPLACE FUNCTION allocations_take_in_one(r jsonb, place uuid, validity interval) RETURNS text
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    old allocations_application;
    kept uuid;
    term date := (coalesce((r->>'renewed_on')::date, (r->>'filed_on')::date) + validity)::date;
    this_year int := extract(year FROM loge_today());
    digest text := md5(concat(this_year, validity, r));
    old_applicants jsonb := '[]';
    old_members jsonb := '[]';
BEGIN
    SELECT * INTO old FROM allocations_application a WHERE a.number = r->>'number' FOR UPDATE;
    IF old.state = 'closed' THEN
        RETURN 'closed';
    ELSIF old.file_digest = digest THEN
        RETURN 'unchanged';
    END IF;
    kept := coalesce(old.id, gen_random_uuid());
    IF old.id IS NULL THEN
        INSERT INTO allocations_application (id, number, kept_at_id, filed_on, renew_by, state, housing, rooms_from,
            rooms_to, equipment, registered_on, closing_motive, file_digest)
        VALUES (kept, r->>'number', place, (r->>'filed_on')::date, term, 'registered', r->>'housing',
            (r->>'rooms_from')::int, (r->>'rooms_to')::int,
            ARRAY (SELECT jsonb_array_elements_text(coalesce(nullif(r->'equipment', 'null'), '[]'))), loge_today(), '',
            digest);
    ELSE
        UPDATE allocations_application SET renew_by = greatest(renew_by, term),
            housing = coalesce(nullif(r->>'housing', ''), housing),
            rooms_from = CASE WHEN r->>'rooms_to' IS NULL THEN rooms_from ELSE (r->>'rooms_from')::int END,
            rooms_to = coalesce((r->>'rooms_to')::int, rooms_to),
            equipment = CASE WHEN r->'equipment' = 'null' THEN equipment
                ELSE ARRAY (SELECT jsonb_array_elements_text(r->'equipment')) END,
            file_digest = digest
        WHERE id = kept;
        WITH gone AS (DELETE FROM allocations_applicant WHERE application_id = kept RETURNING *)
        SELECT coalesce(jsonb_agg(to_jsonb(gone)), '[]') INTO old_applicants FROM gone;
        WITH gone AS (DELETE FROM allocations_householdmember WHERE application_id = kept RETURNING *)
        SELECT coalesce(jsonb_agg(to_jsonb(gone)), '[]') INTO old_members FROM gone;
    END IF;
    INSERT INTO allocations_applicant (id, application_id, tie, last_name, first_name, name_key, birth_date, phone,
        email, street, postcode, city, cmi)
    SELECT gen_random_uuid(), kept, p.tie, p.last_name, p.first_name, p.name_key, p.birth_date,
        coalesce(nullif(p.phone, ''), o.phone, ''), coalesce(nullif(p.email, ''), o.email, ''),
        CASE WHEN p.street = '' THEN coalesce(o.street, '') ELSE p.street END,
        CASE WHEN p.street = '' THEN coalesce(o.postcode, p.postcode) ELSE p.postcode END,
        CASE WHEN p.street = '' THEN coalesce(o.city, p.city) ELSE p.city END, coalesce(p.cmi, o.cmi, false)
    FROM jsonb_to_recordset(r->'applicants') AS p (tie text, last_name text, first_name text, name_key text,
        birth_date date, phone text, email text, street text, postcode text, city text, cmi boolean)
    LEFT JOIN LATERAL (SELECT * FROM jsonb_populate_recordset(NULL::allocations_applicant, old_applicants) a
        WHERE a.name_key = p.name_key AND a.birth_date = p.birth_date LIMIT 1) o ON true;
    INSERT INTO allocations_householdmember (id, application_id, tie, birth_date, custody, on_tax_notice, cmi)
    SELECT gen_random_uuid(), kept, m.tie, m.birth_date, m.custody, coalesce(m.on_tax_notice, o.on_tax_notice, false),
        coalesce(m.cmi, o.cmi, false)
    FROM jsonb_to_recordset(r->'members') AS m (tie text, birth_date date, custody text, on_tax_notice boolean,
        cmi boolean)
    LEFT JOIN LATERAL (SELECT * FROM jsonb_populate_recordset(NULL::allocations_householdmember, old_members) a
        WHERE a.tie = m.tie AND a.birth_date = m.birth_date LIMIT 1) o ON true;
    INSERT INTO allocations_income (id, application_id, signing_year, basis, year, rfr_cents, share_only, proof)
    SELECT gen_random_uuid(), kept, this_year, CASE this_year - i.year WHEN 2 THEN 'n2' ELSE 'n1' END, i.year,
        i.rfr_cents, false, ''
    FROM jsonb_to_recordset(r->'incomes') AS i (year int, rfr_cents bigint) WHERE this_year - i.year IN (1, 2)
    ON CONFLICT (application_id, signing_year, basis) DO UPDATE SET rfr_cents = excluded.rfr_cents
        WHERE allocations_income.proof = '';
    RETURN CASE WHEN old.id IS NULL THEN 'added' ELSE 'updated' END;
END $$;
REVOKE ALL ON FUNCTION allocations_take_in_one FROM PUBLIC;

-- Stores applications of a file and counts what became of them. For the command on the server.
CREATE OR REPLACE FUNCTION allocations_take_in(records jsonb, place uuid, validity interval)
    RETURNS TABLE (outcome text, times bigint)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT allocations_take_in_one(r, place, validity), count(*) FROM jsonb_array_elements(records) r GROUP BY 1
$$;
REVOKE ALL ON FUNCTION allocations_take_in FROM PUBLIC;

-- The same for a person who imports files in the browser.
CREATE OR REPLACE FUNCTION allocations_take_in_by_person(records jsonb, place uuid, validity interval)
    RETURNS TABLE (outcome text, times bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT access_imports_files() THEN
        RAISE EXCEPTION 'only who may import files may add applications' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY SELECT * FROM allocations_take_in(records, place, validity);
END $$;
REVOKE ALL ON FUNCTION allocations_take_in_by_person FROM PUBLIC;
