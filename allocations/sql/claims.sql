-- Readings of one sheet for a claim of discrimination: the data protection officer asks with the reference of the letter,
-- the allocation manager agrees, and the officer reads for 24 hours. Nobody has a grant on sheets or votes for it: these
-- functions give what a motive is judged by, and neither a name nor the application.

-- Has a request lapsed? Without an agreement it lapses after fourteen days, as other requests that need a second person.
-- With an agreement it lapses at the end of the 24 hours, if nobody has read the sheet.
CREATE OR REPLACE FUNCTION allocations_claim_lapsed(r allocations_claimreading) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN r.agreed_at IS NULL THEN r.asked_at <= loge_now() - interval '14 days'
        ELSE r.ends_at <= loge_now() AND NOT EXISTS (
            SELECT FROM audit_event e WHERE e.actor = r.asked_by_id AND e.kind = 'claim_read' AND e.outcome = 'shown'
            AND e.about = r.candidacy_id AND e.at BETWEEN r.agreed_at AND r.ends_at) END
$$;
REVOKE ALL ON FUNCTION allocations_claim_lapsed FROM PUBLIC;

-- Deletes the requests that have lapsed, and returns how many. The nightly job calls it.
CREATE OR REPLACE FUNCTION allocations_lapse_claims() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (DELETE FROM allocations_claimreading r WHERE allocations_claim_lapsed(r) RETURNING 1)
    SELECT count(*) FROM gone
$$;
REVOKE ALL ON FUNCTION allocations_lapse_claims FROM PUBLIC;

-- Asks to read the sheet of a decided candidacy. A request that has lapsed may be made again. Returns the request, or NULL
-- if no letter has this reference.
CREATE OR REPLACE FUNCTION allocations_ask_claim(wanted uuid, received_by text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    made uuid := gen_random_uuid();
BEGIN
    IF NOT access_holds_everywhere('inspection') OR NOT EXISTS (
        SELECT FROM allocations_candidacy c JOIN allocations_agendaitem i ON i.id = c.item_id
        JOIN allocations_session n ON n.id = i.session_id AND n.state IN ('closed', 'signed')
        JOIN allocations_decision d ON d.candidacy_id = c.id AND d.outcome = 'adopted'
        WHERE c.id = wanted) THEN
        RETURN NULL;
    ELSIF EXISTS (SELECT FROM allocations_claimreading r WHERE r.candidacy_id = wanted
                  AND r.asked_by_id = loge_person() AND r.ends_at > loge_now()) THEN
        PERFORM allocations_refuse('claim_one_open_request');
    END IF;
    DELETE FROM allocations_claimreading r WHERE r.candidacy_id = wanted AND r.asked_by_id = loge_person()
        AND r.agreed_at IS NULL AND allocations_claim_lapsed(r);
    INSERT INTO allocations_claimreading (id, candidacy_id, asked_by_id, asked_at, source)
    VALUES (made, wanted, loge_person(), loge_now(), received_by);
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION allocations_ask_claim FROM PUBLIC;

-- The requests that wait for an agreement, for the manager: of the reference its first eight characters only.
CREATE OR REPLACE FUNCTION allocations_claims_to_agree()
    RETURNS TABLE (claim uuid, beginning text, source text, asked_at timestamptz, asked_by text)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
    SELECT r.id, left(r.candidacy_id::text, 8), r.source, r.asked_at, p.name
    FROM allocations_claimreading r JOIN access_person p ON p.id = r.asked_by_id
    WHERE r.agreed_at IS NULL AND NOT allocations_claim_lapsed(r) AND (SELECT access_holds_everywhere('steering'))
    ORDER BY r.asked_at, r.id
$$;
REVOKE ALL ON FUNCTION allocations_claims_to_agree FROM PUBLIC;

-- Agrees to a request, once. The candidacy is for the audit log; no page shows it to who agrees.
CREATE OR REPLACE FUNCTION allocations_agree_to_claim(which uuid) RETURNS TABLE (candidacy uuid, person uuid)
    LANGUAGE sql SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    UPDATE allocations_claimreading r
    SET agreed_by_id = loge_person(), agreed_at = loge_now(), ends_at = loge_now() + interval '24 hours'
    WHERE r.id = which AND r.agreed_at IS NULL AND NOT allocations_claim_lapsed(r)
      AND access_holds_everywhere('steering')
    RETURNING r.candidacy_id, r.asked_by_id
$$;
REVOKE ALL ON FUNCTION allocations_agree_to_claim FROM PUBLIC;

-- The candidacy that a request opens now to the current person. Internal.
CREATE OR REPLACE FUNCTION allocations_claimed(which uuid) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.candidacy_id FROM allocations_claimreading r
    WHERE r.id = which AND r.asked_by_id = loge_person() AND r.ends_at > loge_now()
      AND access_holds_everywhere('inspection')
$$;
REVOKE ALL ON FUNCTION allocations_claimed FROM PUBLIC;

-- The sheet that the commission read, without who prepared it.
CREATE OR REPLACE FUNCTION allocations_claim_sheet(which uuid) RETURNS TABLE (prepared_on date, persons smallint,
        children smallint, category smallint, income_bracket smallint, ceiling_euros integer,
        highest_ceiling_euros integer, waited_months smallint, verified integer, declared integer, priority boolean,
        resources_cents integer, aid_cents integer, effort_permille integer, residual_cents integer,
        equipment_lacking boolean, documents_to_come varchar[], owner_suited boolean)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    SELECT s.prepared_on, s.persons, s.children, s.category, s.income_bracket, s.ceiling_euros, s.highest_ceiling_euros,
        s.waited_months, s.verified, s.declared, s.priority, s.resources_cents, s.aid_cents, s.effort_permille,
        s.residual_cents, s.equipment_lacking, s.documents_to_come, s.owner_suited
    FROM allocations_sheet s WHERE s.candidacy_id = allocations_claimed(which)
$$;
REVOKE ALL ON FUNCTION allocations_claim_sheet FROM PUBLIC;

-- All that was proposed on the candidacy, rejected proposals included, with the counts of votes.
CREATE OR REPLACE FUNCTION allocations_claim_decisions(which uuid) RETURNS TABLE (id uuid, kind varchar, rank smallint,
        motive varchar, figures bigint[], missing_document varchar, document_by date, proposed_at timestamptz,
        outcome varchar, votes_for smallint, votes_against smallint, by_casting boolean)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 2 SET search_path = public, pg_temp AS $$
    SELECT d.id, d.kind, d.rank, d.motive, d.figures, d.missing_document, d.document_by, d.proposed_at, d.outcome,
        d.votes_for, d.votes_against, d.by_casting
    FROM allocations_decision d WHERE d.candidacy_id = allocations_claimed(which) ORDER BY d.proposed_at, d.id
$$;
REVOKE ALL ON FUNCTION allocations_claim_decisions FROM PUBLIC;

-- Each vote with the right by which the member sat. In the order of the list, because that of voting could tell who.
CREATE OR REPLACE FUNCTION allocations_claim_votes(which uuid)
    RETURNS TABLE (decision uuid, voice varchar, choice varchar)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 10 SET search_path = public, pg_temp AS $$
    SELECT d.id, s.voice, v.choice FROM allocations_vote v JOIN allocations_decision d ON d.id = v.decision_id
    JOIN allocations_seat s ON s.id = v.seat_id
    WHERE d.candidacy_id = allocations_claimed(which) ORDER BY d.id, s.voice, v.choice
$$;
REVOKE ALL ON FUNCTION allocations_claim_votes FROM PUBLIC;

-- How many members took no part, the rank of the shortlist (NULL if a reserving body designated the candidate), and how
-- many better ranks were passed over: not designated from the same shortlist. Candidates of an earlier shortlist of the
-- dwelling are on an earlier agenda, or were withdrawn before it.
CREATE OR REPLACE FUNCTION allocations_claim_figures(which uuid)
    RETURNS TABLE (recusals bigint, rank integer, passed_over bigint)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    SELECT (SELECT count(*) FROM allocations_recusal r WHERE r.candidacy_id = mine.id), mine.rank::integer, mine.rank - 1 - (
        SELECT count(DISTINCT o.rank) FROM allocations_candidacy o
        WHERE o.vacancy_id = mine.vacancy_id AND o.rank < mine.rank AND (o.item_id = mine.item_id
            OR o.item_id IS NULL AND o.number > coalesce(before.number, 0) AND o.designated_on <= (n.held_at AT TIME ZONE 'Europe/Paris')::date))
    FROM allocations_candidacy mine JOIN allocations_agendaitem i ON i.id = mine.item_id
    JOIN allocations_session n ON n.id = i.session_id
    CROSS JOIN LATERAL (
        SELECT max(e.number) AS number FROM allocations_candidacy e
        WHERE e.vacancy_id = mine.vacancy_id AND e.item_id <> mine.item_id AND e.number < mine.number) before
    WHERE mine.id = allocations_claimed(which)
$$;
REVOKE ALL ON FUNCTION allocations_claim_figures FROM PUBLIC;

-- A request changes once, by the agreement. It is deleted with its candidacy, by allocations_expire_claims(), or when it has
-- lapsed.
SELECT loge_keep('allocations_claimreading', 'claim_stays_as_asked', changes => jsonb_build_object(
    'agreed_by_id, agreed_at, ends_at', 'OLD.agreed_at IS NULL'), over => 'true');
CREATE OR REPLACE TRIGGER tenants_apart AFTER UPDATE OF agreed_by_id ON allocations_claimreading
    FOR EACH ROW EXECUTE FUNCTION tenants_check_two_offices('asked_by_id', 'agreed_by_id');
CREATE OR REPLACE TRIGGER access_a_people AFTER INSERT OR UPDATE ON allocations_claimreading
    FOR EACH ROW EXECUTE FUNCTION access_refuse_programs();

SELECT tenants_create_retention_view('allocations_claimreading',
    '(SELECT allocations_claim_until(c.vacancy_id) FROM allocations_candidacy c WHERE c.id = candidacy_id)');
