-- Ranks of the candidates of a dwelling: in which order they are proposed and adopted, and which proposals lapse.

-- The ranks that are proposed or adopted for the item of a candidacy. Internal.
CREATE OR REPLACE FUNCTION allocations_current_ranks(wanted uuid) RETURNS TABLE (kind text, rank integer, outcome text)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
    SELECT d.kind, d.rank::integer, d.outcome FROM allocations_candidacy mine
    JOIN allocations_candidacy o ON o.item_id = mine.item_id
    JOIN allocations_decision d ON d.candidacy_id = o.id AND d.outcome IN ('proposed', 'adopted') AND d.rank IS NOT NULL
    WHERE mine.id = wanted
$$;
REVOKE ALL ON FUNCTION allocations_current_ranks FROM PUBLIC;

-- Ranks follow each other from 1. A rank is proposed if it is the first free one of its item, and adopted once all ranks
-- before it are adopted, so that no session has equal ranks or a gap when it closes. A plain allocation is the only one.
CREATE OR REPLACE FUNCTION allocations_check_rank() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    others integer;
    plain boolean;
    first_free integer;
    adopted integer;
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- Lock the item, so that simultaneous proposals for it are checked one after the other.
        PERFORM 1 FROM allocations_agendaitem i JOIN allocations_candidacy c ON c.item_id = i.id
        WHERE c.id = NEW.candidacy_id FOR NO KEY UPDATE OF i;
    END IF;
    SELECT count(*), coalesce(bool_or(r.kind = 'a'), false), count(*) FILTER (WHERE r.outcome = 'adopted')
    INTO others, plain, adopted FROM allocations_current_ranks(NEW.candidacy_id) r;
    SELECT min(n) INTO first_free FROM generate_series(1, others + 1) n
    WHERE n NOT IN (SELECT r.rank FROM allocations_current_ranks(NEW.candidacy_id) r);
    IF TG_OP = 'INSERT' AND others > 0 AND (plain OR NEW.kind = 'a') THEN
        PERFORM allocations_refuse('allocation_stands_alone');
    ELSIF TG_OP = 'INSERT' AND NEW.rank <> first_free THEN
        PERFORM allocations_refuse('ranks_without_gaps');
    ELSIF TG_OP = 'UPDATE' AND NEW.rank <> adopted + 1 THEN
        PERFORM allocations_refuse('rank_adopted_in_turn');
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION allocations_check_rank FROM PUBLIC;
CREATE OR REPLACE TRIGGER allocations_rank_in_turn BEFORE INSERT ON allocations_decision
    FOR EACH ROW WHEN (NEW.rank IS NOT NULL) EXECUTE FUNCTION allocations_check_rank();
CREATE OR REPLACE TRIGGER allocations_rank_adopted_in_turn BEFORE UPDATE OF outcome ON allocations_decision
    FOR EACH ROW WHEN (NEW.rank IS NOT NULL AND NEW.outcome = 'adopted') EXECUTE FUNCTION allocations_check_rank();

-- Can a proposal no longer be adopted? Its candidacy left the agenda or was withdrawn, a rank before its own is neither
-- proposed nor adopted, or no rank is left before which the candidate would be refused. Internal.
CREATE OR REPLACE FUNCTION allocations_has_lapsed(d allocations_decision) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT i.carried_reason <> '' OR c.state = 'withdrawn'
        OR d.rank > 1 + (SELECT count(*) FROM allocations_current_ranks(c.id) r WHERE r.rank < d.rank)
        OR d.motive = 'other_ranked_before' AND NOT EXISTS (SELECT FROM allocations_current_ranks(c.id))
    FROM allocations_candidacy c JOIN allocations_agendaitem i ON i.id = c.item_id WHERE c.id = d.candidacy_id
$$;
REVOKE ALL ON FUNCTION allocations_has_lapsed FROM PUBLIC;

-- A rank that is rejected, or whose candidacy was withdrawn, takes along the proposals that depend on it: the chair proposes
-- them again with other ranks or motives.
CREATE OR REPLACE FUNCTION allocations_lapse_dependent() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_candidacy uuid := CASE TG_TABLE_NAME WHEN 'allocations_decision' THEN (to_jsonb(NEW)->>'candidacy_id')::uuid
                                            ELSE NEW.id END;
    proposal record;
BEGIN
    -- In the order of the ranks, those without a rank at the end: each lapses because of those before it.
    FOR proposal IN
        SELECT d.id FROM allocations_decision d JOIN allocations_candidacy c ON c.id = d.candidacy_id
        JOIN allocations_candidacy mine ON mine.item_id = c.item_id AND mine.id = of_candidacy
        WHERE d.outcome = 'proposed' ORDER BY d.rank NULLS LAST
    LOOP
        UPDATE allocations_decision d SET outcome = 'lapsed' WHERE d.id = proposal.id AND allocations_has_lapsed(d);
    END LOOP;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION allocations_lapse_dependent FROM PUBLIC;
CREATE OR REPLACE TRIGGER allocations_rejected_lapses_dependent AFTER UPDATE OF outcome ON allocations_decision
    FOR EACH ROW WHEN (NEW.outcome = 'rejected') EXECUTE FUNCTION allocations_lapse_dependent();
CREATE OR REPLACE TRIGGER allocations_withdrawn_lapses_dependent AFTER UPDATE OF state ON allocations_candidacy
    FOR EACH ROW WHEN (NEW.state = 'withdrawn' AND OLD.state = 'presented' AND NEW.item_id IS NOT NULL)
    EXECUTE FUNCTION allocations_lapse_dependent();
