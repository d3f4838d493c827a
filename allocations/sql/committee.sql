-- The allocation commission: who reads which session, quorum, votes, decisions, and signed minutes.

-- The sessions in which a person sits, from the convocation until the minutes are signed or the session is cancelled. A
-- released seat opens nothing.
CREATE OR REPLACE FUNCTION allocations_sessions_of(who uuid) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 3 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT s.session_id FROM allocations_seat s JOIN allocations_session n ON n.id = s.session_id
        AND n.state NOT IN ('signed', 'cancelled')
    WHERE s.person_id = who AND s.released = '' AND EXISTS (
        SELECT FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = 'committee'
        WHERE a.person_id = who
          AND access_counts(a.first_day, a.last_day, a.ended_on, a.from_hour, a.to_hour, a.nightly, loge_today()));
END $$;
REVOKE ALL ON FUNCTION allocations_sessions_of FROM PUBLIC;

-- The same for the current person: what the row policies ask.
CREATE OR REPLACE FUNCTION allocations_own_sessions() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 3 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT allocations_sessions_of(loge_person());
END $$;
REVOKE ALL ON FUNCTION allocations_own_sessions FROM PUBLIC;

-- Does the current person chair the session? A chair whose role has ended does not any more.
CREATE OR REPLACE FUNCTION allocations_chairs(wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM allocations_seat s WHERE s.session_id = wanted AND s.person_id = loge_person() AND s.chairs)
        AND wanted = ANY (ARRAY (SELECT allocations_own_sessions()))
$$;
REVOKE ALL ON FUNCTION allocations_chairs FROM PUBLIC;

-- Does the current person preside an item, or that of a candidacy? The chair, or the member who presides it because the
-- chair is recused.
CREATE OR REPLACE FUNCTION allocations_presides_item(wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN i.presided_by_id IS NULL THEN allocations_chairs(i.session_id)
        ELSE i.presided_by_id = loge_person() AND i.session_id = ANY (ARRAY (SELECT allocations_own_sessions())) END
    FROM allocations_agendaitem i WHERE i.id = wanted
$$;
REVOKE ALL ON FUNCTION allocations_presides_item FROM PUBLIC;

CREATE OR REPLACE FUNCTION allocations_chairs_candidacy(wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT allocations_presides_item(c.item_id) FROM allocations_candidacy c WHERE c.id = wanted
$$;
REVOKE ALL ON FUNCTION allocations_chairs_candidacy FROM PUBLIC;

-- A legal figure in force today, or NULL if the landlord has not entered it.
CREATE OR REPLACE FUNCTION allocations_figure(wanted text) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT f.value FROM allocations_legalfigure f
    WHERE f.code = wanted AND f.first_day <= loge_today() AND coalesce(f.last_day, loge_today()) >= loge_today()
    ORDER BY f.first_day DESC LIMIT 1
$$;
REVOKE ALL ON FUNCTION allocations_figure FROM PUBLIC;

-- Raises the violation of a named rule, which allocations/constraints.py puts into words.
CREATE OR REPLACE FUNCTION allocations_refuse(rule text) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '%', rule USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END $$;
REVOKE ALL ON FUNCTION allocations_refuse FROM PUBLIC;

-- Are fewer than three prepared sheets presented for an item, without a lawful reason whose condition holds today?
CREATE OR REPLACE FUNCTION allocations_lacks_candidates(item uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT presented.n = 0 OR presented.n < 3 AND NOT coalesce(CASE i.few_reason
        WHEN 'too_few' THEN CASE WHEN g.kind <> 'landlord' THEN true ELSE l.eligible < 3 END
        WHEN 'dalo' THEN g.kind = 'state_priority' AND EXISTS (
            SELECT FROM allocations_candidacy c JOIN allocations_priority p ON p.application_id = c.application_id
            WHERE c.item_id = i.id AND p.code = 'dalo' AND p.ends_on >= loge_today())
        WHEN 'very_social' THEN t.financing = 'PLAI' END, false)
    FROM allocations_agendaitem i
    JOIN allocations_vacancy v ON v.id = i.vacancy_id
    LEFT JOIN buildings_unitterms t ON t.unit_id = v.unit_id
    LEFT JOIN allocations_contingent g ON g.id = v.contingent_id
    LEFT JOIN allocations_shortlist l ON l.vacancy_id = v.id
    CROSS JOIN LATERAL (SELECT count(*) AS n FROM allocations_candidacy c JOIN allocations_sheet f
                        ON f.candidacy_id = c.id WHERE c.item_id = i.id AND c.state = 'presented') presented
    WHERE i.id = item
$$;
REVOKE ALL ON FUNCTION allocations_lacks_candidates FROM PUBLIC;

-- A session follows its states, and what a state fixed stays. It opens with the quorum of the rules of procedure, and
-- with three candidates for each vacancy, or a lawful reason whose condition holds. It closes once every sheet has an
-- adopted decision.
CREATE OR REPLACE FUNCTION allocations_check_session() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.state <> OLD.state AND NOT NEW.state = ANY (CASE OLD.state
            WHEN 'convened' THEN ARRAY['open', 'cancelled'] WHEN 'open' THEN ARRAY['closed']
            WHEN 'closed' THEN ARRAY['signed'] ELSE '{}' END) THEN
        PERFORM allocations_refuse('session_states_follow');
    ELSIF OLD.state <> 'convened' AND (NEW.quorum, NEW.opened_at) IS DISTINCT FROM (OLD.quorum, OLD.opened_at)
        OR OLD.state = 'closed' AND NEW.closed_at IS DISTINCT FROM OLD.closed_at THEN
        PERFORM allocations_refuse('session_states_follow');
    END IF;
    IF NEW.state = 'open' AND OLD.state = 'convened' THEN
        IF NEW.quorum IS DISTINCT FROM allocations_figure('committee_quorum') OR NEW.quorum > (
            SELECT count(*) FROM allocations_seat s
            WHERE s.session_id = NEW.id AND s.present AND s.voice <> 'advisory') THEN
            PERFORM allocations_refuse('session_quorum');
        ELSIF EXISTS (SELECT FROM allocations_agendaitem i
                      WHERE i.session_id = NEW.id AND allocations_lacks_candidates(i.id)) THEN
            PERFORM allocations_refuse('three_or_reason');
        END IF;
    ELSIF NEW.state = 'closed' AND OLD.state = 'open' THEN
        IF EXISTS (SELECT FROM allocations_candidacy c JOIN allocations_agendaitem i ON i.id = c.item_id
                   WHERE i.session_id = NEW.id AND c.state = 'presented') THEN
            PERFORM allocations_refuse('session_decides_every_sheet');
        ELSIF EXISTS (
            SELECT FROM allocations_agendaitem i
            JOIN allocations_candidacy c ON c.item_id = i.id
            JOIN allocations_decision d ON d.candidacy_id = c.id AND d.outcome = 'adopted'
            WHERE i.session_id = NEW.id GROUP BY i.id
            HAVING bool_or(d.motive = 'other_ranked_before') AND count(d.rank) = 0) THEN
            PERFORM allocations_refuse('motive_holds');
        END IF;
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION allocations_check_session FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_session_states ON allocations_session;
CREATE TRIGGER allocations_session_states BEFORE UPDATE ON allocations_session
    FOR EACH ROW EXECUTE FUNCTION allocations_check_session();

-- Has a person read the sheet of a candidacy in the commission? The reading is in the audit log before the page leaves.
CREATE OR REPLACE FUNCTION allocations_read_sheet(who uuid, wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM audit_event e WHERE e.actor = who AND e.kind = 'sheet_shown' AND e.outcome = 'shown'
                   AND (e.about = wanted OR wanted = ANY (e.shown)))
$$;
REVOKE ALL ON FUNCTION allocations_read_sheet FROM PUBLIC;

-- Members recuse themselves before they have read the sheet, or voted on it, and before the session closes.
CREATE OR REPLACE FUNCTION allocations_check_recusal() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM allocations_seat s JOIN allocations_session n ON n.id = s.session_id
               WHERE s.id = NEW.seat_id AND n.state NOT IN ('convened', 'open')) THEN
        PERFORM allocations_refuse('recusal_before_the_end');
    ELSIF allocations_read_sheet((SELECT s.person_id FROM allocations_seat s WHERE s.id = NEW.seat_id), NEW.candidacy_id)
        OR EXISTS (SELECT FROM allocations_vote v JOIN allocations_decision d ON d.id = v.decision_id
                   WHERE v.seat_id = NEW.seat_id AND d.candidacy_id = NEW.candidacy_id) THEN
        PERFORM allocations_refuse('recusal_before_sheet');
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION allocations_check_recusal FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_recusal_in_time ON allocations_recusal;
CREATE TRIGGER allocations_recusal_in_time BEFORE INSERT ON allocations_recusal
    FOR EACH ROW EXECUTE FUNCTION allocations_check_recusal();

-- The candidacies from which the current person is recused, until the session closes: their sheets are hidden. The minutes
-- of a closed session have the facts of every sheet.
CREATE OR REPLACE FUNCTION allocations_recused() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT r.candidacy_id FROM allocations_recusal r JOIN allocations_seat s ON s.id = r.seat_id
    JOIN allocations_session n ON n.id = s.session_id AND n.state IN ('convened', 'open')
    WHERE s.person_id = loge_person();
END $$;
REVOKE ALL ON FUNCTION allocations_recused FROM PUBLIC;

-- The candidacies of one of the current person's sessions that wait for a decision. This does not tell any outcome, which a
-- recused member must not learn: members may not read the states of candidacies.
CREATE OR REPLACE FUNCTION allocations_undecided(of_session uuid) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
    SELECT c.id FROM allocations_candidacy c JOIN allocations_agendaitem i ON i.id = c.item_id
    WHERE i.session_id = of_session AND c.state = 'presented'
      AND of_session = ANY (ARRAY (SELECT allocations_own_sessions()))
$$;
REVOKE ALL ON FUNCTION allocations_undecided FROM PUBLIC;

-- A vote needs a present, voting seat of an open session, on a proposed decision, without a recusal.
CREATE OR REPLACE FUNCTION allocations_check_vote() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    d allocations_decision;
BEGIN
    SELECT * INTO d FROM allocations_decision x WHERE x.id = NEW.decision_id FOR SHARE;
    IF EXISTS (SELECT FROM allocations_recusal r WHERE r.seat_id = NEW.seat_id AND r.candidacy_id = d.candidacy_id) THEN
        PERFORM allocations_refuse('vote_not_when_recused');
    ELSIF d.outcome <> 'proposed' OR NOT EXISTS (
        SELECT FROM allocations_seat s JOIN allocations_session n ON n.id = s.session_id AND n.state = 'open'
        JOIN allocations_agendaitem i ON i.session_id = n.id
        JOIN allocations_candidacy c ON c.item_id = i.id AND c.id = d.candidacy_id
        WHERE s.id = NEW.seat_id AND s.present AND s.voice <> 'advisory') THEN
        PERFORM allocations_refuse('vote_needs_seat');
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION allocations_check_vote FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_vote_allowed ON allocations_vote;
CREATE TRIGGER allocations_vote_allowed BEFORE INSERT ON allocations_vote
    FOR EACH ROW EXECUTE FUNCTION allocations_check_vote();

-- The votes on a decision. A tie is decided by the mayor, if present and voting.
CREATE OR REPLACE FUNCTION allocations_votes(wanted uuid)
    RETURNS TABLE (votes_for bigint, votes_against bigint, abstained bigint, casting text)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    SELECT count(*) FILTER (WHERE v.choice = 'for'), count(*) FILTER (WHERE v.choice = 'against'),
        count(*) FILTER (WHERE v.choice = 'abstain'), max(v.choice) FILTER (WHERE s.casting AND v.choice <> 'abstain')
    FROM allocations_vote v JOIN allocations_seat s ON s.id = v.seat_id WHERE v.decision_id = wanted
$$;
REVOKE ALL ON FUNCTION allocations_votes FROM PUBLIC;

-- The counts for whoever presides the item. It does not show who voted what, except the mayor's vote if it decides a tie.
CREATE OR REPLACE FUNCTION allocations_tally(wanted uuid)
    RETURNS TABLE (votes_for bigint, votes_against bigint, abstained bigint, casting text)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    SELECT v.votes_for, v.votes_against, v.abstained, CASE WHEN v.votes_for = v.votes_against THEN v.casting END
    FROM allocations_votes(wanted) v WHERE EXISTS (
        SELECT FROM allocations_decision d WHERE d.id = wanted AND allocations_chairs_candidacy(d.candidacy_id))
$$;
REVOKE ALL ON FUNCTION allocations_tally FROM PUBLIC;

-- Has a decision as many votes, abstentions included, as the quorum of its session? Where recusals leave fewer members
-- than the quorum, all of these must have voted. Otherwise the chair could count alone, before the others have voted.
CREATE OR REPLACE FUNCTION allocations_enough_votes(wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(v.id) >= least(max(n.quorum), count(*)) FROM allocations_decision d
    JOIN allocations_candidacy c ON c.id = d.candidacy_id
    JOIN allocations_agendaitem i ON i.id = c.item_id
    JOIN allocations_session n ON n.id = i.session_id
    JOIN allocations_seat s ON s.session_id = n.id AND s.present AND s.voice <> 'advisory'
    LEFT JOIN allocations_vote v ON v.seat_id = s.id AND v.decision_id = d.id
    WHERE d.id = wanted
      AND NOT EXISTS (SELECT FROM allocations_recusal r WHERE r.seat_id = s.id AND r.candidacy_id = c.id)
$$;
REVOKE ALL ON FUNCTION allocations_enough_votes FROM PUBLIC;

-- A decision is proposed in an open session for a presented sheet, and its motive must hold. It is adopted or rejected by
-- the votes, as the database counts them, and then does not change any more. One that was not counted lapses when it can no
-- longer be adopted.
CREATE OR REPLACE FUNCTION allocations_check_decision() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    counted record;
    wins boolean;
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- Lock the item, so that it is not carried over at the same moment.
        PERFORM 1 FROM allocations_agendaitem i JOIN allocations_candidacy c ON c.item_id = i.id
        WHERE c.id = NEW.candidacy_id FOR SHARE OF i;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.outcome = 'lapsed' THEN
        PERFORM allocations_refuse('decision_has_lapsed');
    ELSIF TG_OP = 'UPDATE' AND OLD.outcome <> 'proposed' THEN
        PERFORM allocations_refuse('decision_stays_as_voted');
    ELSIF NEW.outcome = 'lapsed' THEN
        IF allocations_has_lapsed(OLD) IS NOT TRUE THEN
            PERFORM allocations_refuse('decision_can_still_be_adopted');
        END IF;
        NEW.figures := OLD.figures;
        RETURN NEW;
    ELSIF TG_OP = 'INSERT' AND NEW.outcome <> 'proposed' OR NOT EXISTS (
        SELECT FROM allocations_candidacy c JOIN allocations_agendaitem i ON i.id = c.item_id
        JOIN allocations_session n ON n.id = i.session_id AND n.state = 'open'
        WHERE c.id = NEW.candidacy_id AND c.state = 'presented') THEN
        PERFORM allocations_refuse('decision_in_open_session');
    ELSIF TG_OP = 'UPDATE' THEN
        SELECT * INTO counted FROM allocations_votes(NEW.id);
        wins := counted.votes_for > counted.votes_against
            OR (counted.votes_for = counted.votes_against AND coalesce(counted.casting = 'for', false));
        IF NEW.votes_for <> counted.votes_for OR NEW.votes_against <> counted.votes_against
            OR (NEW.outcome = 'adopted') <> wins
            OR NEW.by_casting <> (counted.votes_for = counted.votes_against AND counted.casting IS NOT NULL) THEN
            PERFORM allocations_refuse('decision_as_counted');
        ELSIF NOT allocations_enough_votes(NEW.id) THEN
            PERFORM allocations_refuse('decision_with_quorum');
        END IF;
    END IF;
    NEW.figures := CASE TG_OP WHEN 'UPDATE' THEN OLD.figures ELSE '{}' END;
    IF NEW.motive <> '' AND NEW.outcome <> 'rejected' THEN
        NEW.figures := allocations_motive_figures(NEW.candidacy_id, NEW.motive);
        IF NEW.figures IS NULL OR NEW.outcome = 'adopted' AND NEW.motive = 'other_ranked_before' AND NOT EXISTS (
            SELECT FROM allocations_candidacy mine JOIN allocations_candidacy o ON o.item_id = mine.item_id
            JOIN allocations_decision d ON d.candidacy_id = o.id AND d.outcome = 'adopted' AND d.rank IS NOT NULL
            WHERE mine.id = NEW.candidacy_id) THEN
            PERFORM allocations_refuse('motive_holds');
        END IF;
    ELSIF NEW.kind = 'c' AND NEW.outcome <> 'rejected' AND NOT EXISTS (
        SELECT FROM allocations_sheet s
        WHERE s.candidacy_id = NEW.candidacy_id AND NEW.missing_document = ANY (s.documents_to_come)) THEN
        PERFORM allocations_refuse('condition_names_a_missing_document');
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION allocations_check_decision FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_decision_holds ON allocations_decision;
CREATE TRIGGER allocations_decision_holds BEFORE INSERT OR UPDATE ON allocations_decision
    FOR EACH ROW EXECUTE FUNCTION allocations_check_decision();

-- An adopted decision moves its candidacy. A refusal because of a fragile residence owes the application the first
-- examination for a suited vacancy elsewhere.
CREATE OR REPLACE FUNCTION allocations_apply_decision() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE allocations_candidacy SET state = CASE NEW.kind WHEN 'c' THEN 'conditional' WHEN 'd' THEN 'declined'
        WHEN 'e' THEN 'inadmissible' ELSE 'ranked' END WHERE id = NEW.candidacy_id;
    INSERT INTO allocations_owedexamination (id, application_id, owed_since)
    SELECT gen_random_uuid(), c.application_id, loge_today() FROM allocations_candidacy c
    WHERE c.id = NEW.candidacy_id AND c.application_id IS NOT NULL AND NEW.motive = 'fragile_residence'
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION allocations_apply_decision FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_decision_applied ON allocations_decision;
CREATE TRIGGER allocations_decision_applied AFTER UPDATE ON allocations_decision
    FOR EACH ROW WHEN (NEW.outcome = 'adopted') EXECUTE FUNCTION allocations_apply_decision();

-- Puts a vacancy of the current person's places on the agenda of a convened session: its prepared sheets are presented.
-- Too few candidates are refused here already: the session could not open. Returns the item, or NULL.
CREATE OR REPLACE FUNCTION allocations_put_on_agenda(wanted uuid, into_session uuid, few text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    added uuid := gen_random_uuid();
BEGIN
    PERFORM 1 FROM allocations_vacancy v WHERE v.id = wanted AND v.state = 'shortlisted'
        AND v.building_id = ANY (ARRAY (SELECT access_reach(loge_person(), 'pool', loge_today()))) FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM allocations_session n WHERE n.id = into_session AND n.state = 'convened' FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    -- Whoever must be examined first is a candidate, unless the ten candidates of the dwelling were designated before. A
    -- candidate without a sheet would not be presented, and the obligation would count as met.
    IF EXISTS (SELECT FROM allocations_owedexamination o
               JOIN allocations_candidacy c ON c.id = o.met_by_id AND c.vacancy_id = wanted AND c.state = 'designated'
               WHERE NOT EXISTS (SELECT FROM allocations_sheet s WHERE s.candidacy_id = c.id)) THEN
        PERFORM allocations_refuse('owed_examined_with_a_sheet');
    ELSIF EXISTS (SELECT FROM allocations_owed_examinations() o WHERE o.vacancy = wanted)
        AND (SELECT count(*) FROM allocations_candidacy c WHERE c.vacancy_id = wanted) < 10 THEN
        PERFORM allocations_refuse('owed_examined_first');
    END IF;
    INSERT INTO allocations_agendaitem (id, session_id, vacancy_id, position, few_reason, added_by_id)
    SELECT added, into_session, wanted, coalesce(max(i.position), 0) + 1, few, loge_person()
    FROM allocations_agendaitem i WHERE i.session_id = into_session;
    UPDATE allocations_candidacy c SET item_id = added, state = 'presented' FROM allocations_sheet s
    WHERE c.vacancy_id = wanted AND c.state = 'designated' AND s.candidacy_id = c.id;
    UPDATE allocations_vacancy SET state = 'convened' WHERE id = wanted;
    IF allocations_lacks_candidates(added) THEN
        PERFORM allocations_refuse('three_or_reason');
    END IF;
    RETURN added;
END $$;
REVOKE ALL ON FUNCTION allocations_put_on_agenda FROM PUBLIC;

-- Signed minutes do not change: neither the session, nor its seats, items, recusals, decisions and votes. No seat and no item
-- is added either; recusals, decisions and votes have rules of their own, which end earlier.
CREATE OR REPLACE FUNCTION allocations_signed_stays() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    stored jsonb := CASE TG_OP WHEN 'INSERT' THEN row_to_json(NEW)::jsonb ELSE row_to_json(OLD)::jsonb END;
    of_session uuid;
BEGIN
    of_session := CASE TG_TABLE_NAME
        WHEN 'allocations_session' THEN (stored->>'id')::uuid
        WHEN 'allocations_vote' THEN (SELECT s.session_id FROM allocations_seat s WHERE s.id = (stored->>'seat_id')::uuid)
        WHEN 'allocations_recusal' THEN (SELECT s.session_id FROM allocations_seat s WHERE s.id = (stored->>'seat_id')::uuid)
        WHEN 'allocations_decision' THEN (SELECT i.session_id FROM allocations_candidacy c
            JOIN allocations_agendaitem i ON i.id = c.item_id WHERE c.id = (stored->>'candidacy_id')::uuid)
        ELSE (stored->>'session_id')::uuid END;
    -- The nightly job deletes what is past its retention for a claim.
    IF EXISTS (SELECT FROM allocations_session n WHERE n.id = of_session AND n.state = 'signed' AND (TG_OP <> 'DELETE'
        OR coalesce((n.signed_at + make_interval(years => allocations_figure('claim_retention_years')::integer))::date
                    >= loge_today(), true))) THEN
        PERFORM allocations_refuse('signed_minutes_stay');
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
REVOKE ALL ON FUNCTION allocations_signed_stays FROM PUBLIC;
DO $$
DECLARE
    target text;
BEGIN
    FOREACH target IN ARRAY ARRAY['session', 'seat', 'agendaitem', 'recusal', 'decision', 'vote'] LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS allocations_signed ON allocations_%s', target);
        EXECUTE format('CREATE TRIGGER allocations_signed BEFORE UPDATE OR DELETE ON allocations_%s
                        FOR EACH ROW EXECUTE FUNCTION allocations_signed_stays()', target);
    END LOOP;
    FOREACH target IN ARRAY ARRAY['seat', 'agendaitem'] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER allocations_signed_adds_nothing BEFORE INSERT ON allocations_%s
                        FOR EACH ROW EXECUTE FUNCTION allocations_signed_stays()', target);
    END LOOP;
END $$;
