-- Who opened or changed a housing application, for the report that its applicant is given.

-- The views and changes of an application that an occasion opens to the current person: when, what, why, under which
-- role, and never who. `occasion`: the reason for which the application was open to that person, from the event itself
-- or from the latest opening before it; an identity check opens it for a person who is present or writes. Deferred views
-- are left out until their day, as in the report of a tenant. Whatever concerns sealed grounds is left out: neither the
-- employee who prints the report nor another applicant may learn of it.
CREATE OR REPLACE FUNCTION rights_applicant_looks(application uuid)
    RETURNS TABLE (id uuid, at timestamptz, kind text, purpose text, outcome text, role text, occasion text)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
    WITH candidacies AS (
        SELECT c.id FROM allocations_candidacy c WHERE c.application_id = application
    ), mine AS (
        SELECT e.* FROM audit_event e
        WHERE e.about = application AND e.about_kind = 'application'
        UNION SELECT e.* FROM audit_event e WHERE e.shown @> ARRAY[application]
        -- The commission reads sheets without a name: these events are about the candidacy.
        UNION SELECT e.* FROM audit_event e JOIN candidacies c ON e.about = c.id AND e.about_kind = 'candidacy'
        UNION SELECT e.* FROM audit_event e JOIN candidacies c ON e.shown @> ARRAY[c.id]
    ), openings AS (
        SELECT m.actor, m.at, CASE m.kind WHEN 'identity_checked' THEN 'desk' ELSE m.facts ->> 'reason' END AS reason
        FROM mine m WHERE m.kind IN ('identity_checked', 'occasion_opened') AND m.outcome = 'changed'
    )
    SELECT m.id, m.at, m.kind, m.purpose, m.outcome, m.role, coalesce(m.facts ->> 'occasion', (
        SELECT o.reason FROM openings o WHERE o.actor = m.actor AND o.at <= m.at ORDER BY o.at DESC LIMIT 1), '')
    FROM mine m
    WHERE m.outcome IN ('shown', 'changed') AND NOT starts_with(m.kind, 'ground_')
      AND m.role NOT IN (SELECT c.role FROM access_rolecompartment c WHERE c.compartment = 'grounds')
      AND application = ANY (ARRAY (SELECT loge_occasions('applicants')))
      AND NOT EXISTS (SELECT FROM rights_lookdeferral d
                      WHERE d.event = m.id AND d.agreed_on IS NOT NULL AND d.until >= loge_today())
    ORDER BY m.at, m.id
$$;
REVOKE ALL ON FUNCTION rights_applicant_looks FROM PUBLIC;
