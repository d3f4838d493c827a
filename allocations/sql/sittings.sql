-- Before and during a session: dwellings taken off the agenda or carried over, who presides, and recusals that still hold in
-- the next session.

-- Did a session adopt an allocation for an item? Then it decided the dwelling, even if it carried other sheets over. Internal.
CREATE OR REPLACE FUNCTION allocations_is_allocated(wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM allocations_candidacy c JOIN allocations_decision d ON d.candidacy_id = c.id
                   WHERE c.item_id = wanted AND d.outcome = 'adopted' AND d.rank IS NOT NULL)
$$;
REVOKE ALL ON FUNCTION allocations_is_allocated FROM PUBLIC;

-- Sets the undecided candidates of an item to designated, so that they can go to another session, with its vacancy unless an
-- allocation was adopted. Those whose application is closed, or whose vacancy was withdrawn, are withdrawn. Internal.
CREATE OR REPLACE FUNCTION allocations_free_item(wanted uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE allocations_decision d SET outcome = 'lapsed' FROM allocations_candidacy c
    WHERE c.item_id = wanted AND d.candidacy_id = c.id AND d.outcome = 'proposed';
    UPDATE allocations_candidacy c SET item_id = NULL, state = CASE WHEN c.state = 'presented' AND v.state = 'convened'
        AND EXISTS (SELECT FROM allocations_application a WHERE a.id = c.application_id AND a.state <> 'closed')
        THEN 'designated' ELSE 'withdrawn' END
    FROM allocations_vacancy v WHERE v.id = c.vacancy_id AND c.item_id = wanted AND c.state IN ('presented', 'withdrawn');
    UPDATE allocations_vacancy v SET state = 'shortlisted' FROM allocations_agendaitem i
    WHERE i.id = wanted AND v.id = i.vacancy_id AND v.state = 'convened' AND NOT allocations_is_allocated(wanted)
$$;
REVOKE ALL ON FUNCTION allocations_free_item FROM PUBLIC;

-- Takes a dwelling off the agenda of a session that is not open: by whoever convenes sessions, or the officer who put it
-- there. Returns what the audit log needs, or nothing.
CREATE OR REPLACE FUNCTION allocations_take_off_agenda(wanted uuid)
    RETURNS TABLE (vacancy uuid, session uuid, building uuid)
    LANGUAGE plpgsql SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
BEGIN
    SELECT v.id, i.session_id, v.building_id INTO vacancy, session, building
    FROM allocations_agendaitem i JOIN allocations_vacancy v ON v.id = i.vacancy_id
    WHERE i.id = wanted AND (access_holds_everywhere('steering') OR i.added_by_id = loge_person()
        AND v.building_id = ANY (ARRAY (SELECT access_reach(loge_person(), 'pool', loge_today()))))
    FOR UPDATE OF v;
    PERFORM 1 FROM allocations_session n WHERE n.id = session AND n.state = 'convened' FOR UPDATE;
    IF FOUND THEN
        PERFORM allocations_free_item(wanted);
        DELETE FROM allocations_agendaitem WHERE id = wanted;
        RETURN NEXT;
    END IF;
END $$;
REVOKE ALL ON FUNCTION allocations_take_off_agenda FROM PUBLIC;

-- Cancels a session that is not open, by whoever convenes sessions. Its dwellings are taken off the agenda. Its seats open
-- nothing any more, and their recusals stay with the members. Returns how many dwellings it had, or NULL.
CREATE OR REPLACE FUNCTION allocations_cancel_session(wanted uuid) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    items uuid[];
BEGIN
    -- Lock the dwellings before the session, as taking one off the agenda does.
    PERFORM 1 FROM allocations_vacancy v JOIN allocations_agendaitem i ON i.vacancy_id = v.id
    WHERE i.session_id = wanted ORDER BY v.id FOR UPDATE OF v;
    UPDATE allocations_session SET state = 'cancelled'
    WHERE id = wanted AND state = 'convened' AND access_holds_everywhere('steering');
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    items := ARRAY (SELECT i.id FROM allocations_agendaitem i WHERE i.session_id = wanted);
    PERFORM allocations_free_item(i) FROM unnest(items) i;
    DELETE FROM allocations_agendaitem WHERE id = ANY (items);
    RETURN cardinality(items);
END $$;
REVOKE ALL ON FUNCTION allocations_cancel_session FROM PUBLIC;

-- Carries a dwelling of an open session over, by whoever presides it. Refusals that were adopted stay. If an allocation was
-- adopted, the dwelling stays decided, and only its sheets without a decision are carried over. Returns the vacancy and its building, or nothing.
CREATE OR REPLACE FUNCTION allocations_carry_over(wanted uuid, why text) RETURNS TABLE (vacancy uuid, building uuid)
    LANGUAGE plpgsql SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
BEGIN
    -- The list of reasons accepts no reason, for an item that is not carried over.
    IF why = '' THEN
        PERFORM allocations_refuse('agenda_carried_reason_listed');
    END IF;
    SELECT v.id, v.building_id INTO vacancy, building FROM allocations_agendaitem i
    JOIN allocations_vacancy v ON v.id = i.vacancy_id
    WHERE i.id = wanted AND i.carried_reason = '' AND allocations_presides_item(i.id) FOR UPDATE OF i, v;
    PERFORM 1 FROM allocations_agendaitem i JOIN allocations_session n ON n.id = i.session_id
    WHERE vacancy IS NOT NULL AND i.id = wanted AND n.state = 'open' FOR UPDATE OF n;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- A count at the same moment ends first, or then finds that its decision has lapsed.
    PERFORM 1 FROM allocations_decision d JOIN allocations_candidacy c ON c.id = d.candidacy_id
    WHERE c.item_id = wanted FOR UPDATE OF d;
    IF NOT EXISTS (SELECT FROM allocations_candidacy c WHERE c.item_id = wanted AND c.state = 'presented') THEN
        PERFORM allocations_refuse('carried_over_undecided');
    END IF;
    UPDATE allocations_agendaitem SET carried_reason = why WHERE id = wanted;
    PERFORM allocations_free_item(wanted);
    RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION allocations_carry_over FROM PUBLIC;

-- The current person presides an item from which the chair is recused: a member of the landlord who is present and not
-- recused from any of its sheets. Returns the vacancy.
CREATE OR REPLACE FUNCTION allocations_preside_item(wanted uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_vacancy uuid;
BEGIN
    UPDATE allocations_agendaitem i SET presided_by_id = loge_person() FROM allocations_session n, allocations_seat mine
    WHERE i.id = wanted AND i.carried_reason = '' AND n.id = i.session_id AND n.state = 'open'
      AND n.id = ANY (ARRAY (SELECT allocations_own_sessions()))
      AND mine.session_id = n.id AND mine.person_id = loge_person()
      AND mine.present AND NOT mine.chairs AND mine.voice IN ('landlord', 'tenants')
      AND EXISTS (SELECT FROM allocations_recusal r JOIN allocations_candidacy c ON c.id = r.candidacy_id
                  JOIN allocations_seat s ON s.id = r.seat_id AND s.chairs
                  WHERE c.item_id = i.id AND s.session_id = n.id)
      AND NOT EXISTS (SELECT FROM allocations_recusal r JOIN allocations_candidacy c ON c.id = r.candidacy_id
                      WHERE c.item_id = i.id AND r.seat_id = mine.id)
    RETURNING i.vacancy_id INTO of_vacancy;
    IF of_vacancy IS NULL THEN
        PERFORM allocations_refuse('item_presided_by_the_landlord');
    END IF;
    RETURN of_vacancy;
END $$;
REVOKE ALL ON FUNCTION allocations_preside_item FROM PUBLIC;

-- The current person takes the chair of a session whose chair is absent: a member of the landlord, from the hour of the
-- session on, and once the session is open one of those who are present.
CREATE OR REPLACE FUNCTION allocations_take_chair(wanted uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    own_seat uuid;
BEGIN
    SELECT s.id INTO own_seat FROM allocations_seat s JOIN allocations_session n ON n.id = s.session_id
    WHERE n.id = wanted AND n.id = ANY (ARRAY (SELECT allocations_own_sessions())) AND n.held_at <= loge_now()
      AND (n.state = 'convened' OR s.present) AND s.person_id = loge_person() AND NOT s.chairs
      AND s.voice IN ('landlord', 'tenants') FOR UPDATE;
    IF own_seat IS NULL THEN
        PERFORM allocations_refuse('chair_taken_by_the_landlord');
    END IF;
    UPDATE allocations_seat SET chairs = false, elected = false WHERE session_id = wanted AND chairs;
    UPDATE allocations_seat SET chairs = true, elected = true WHERE id = own_seat;
END $$;
REVOKE ALL ON FUNCTION allocations_take_chair FROM PUBLIC;

-- Whoever is recused from a candidate is recused in the next session, too. The recusal is copied to the seat of this person
-- there when the seat is given, or when the candidate goes on the agenda.
CREATE OR REPLACE FUNCTION allocations_follow_recusals() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'allocations_seat' THEN
        -- allocations_put_on_agenda() waits here, or has been waited for: otherwise neither would see the other's rows.
        PERFORM FROM allocations_session n WHERE n.id = NEW.session_id FOR UPDATE;
    END IF;
    INSERT INTO allocations_recusal (id, seat_id, candidacy_id, declared_at)
    SELECT DISTINCT ON (s.id, c.id) gen_random_uuid(), s.id, c.id, r.declared_at FROM allocations_candidacy c
    JOIN allocations_agendaitem i ON i.id = c.item_id
    JOIN allocations_seat s ON s.session_id = i.session_id
    JOIN allocations_recusal r ON r.candidacy_id = c.id
    JOIN allocations_seat earlier ON earlier.id = r.seat_id AND earlier.person_id = s.person_id
    WHERE CASE TG_TABLE_NAME WHEN 'allocations_seat' THEN s.id ELSE c.id END = NEW.id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION allocations_follow_recusals FROM PUBLIC;
CREATE OR REPLACE TRIGGER allocations_recusals_follow AFTER INSERT ON allocations_seat
    FOR EACH ROW EXECUTE FUNCTION allocations_follow_recusals();
CREATE OR REPLACE TRIGGER allocations_recusals_follow AFTER UPDATE OF item_id ON allocations_candidacy
    FOR EACH ROW WHEN (NEW.item_id IS NOT NULL AND NEW.item_id IS DISTINCT FROM OLD.item_id)
    EXECUTE FUNCTION allocations_follow_recusals();

-- The steps of the vacancies of the current person's contingents. One that a session has decided is told as convened until
-- its minutes are signed: its step would tell the outcome.
CREATE OR REPLACE FUNCTION allocations_own_states() RETURNS TABLE (vacancy uuid, state text, ended_on date)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
    SELECT v.id, CASE WHEN n.unsigned THEN 'convened' ELSE v.state END, CASE WHEN NOT n.unsigned THEN v.ended_on END
    FROM allocations_vacancy v CROSS JOIN LATERAL (SELECT EXISTS (
        SELECT FROM allocations_agendaitem i JOIN allocations_session s ON s.id = i.session_id AND s.state = 'closed'
        WHERE i.vacancy_id = v.id AND (i.carried_reason = '' OR allocations_is_allocated(i.id))) AS unsigned) n
    WHERE v.contingent_id = ANY (ARRAY (SELECT allocations_own_contingents()))
$$;
REVOKE ALL ON FUNCTION allocations_own_states FROM PUBLIC;

-- Recuses the current person from the candidacies of a vacancy on the agenda, or from that of one application, which they
-- know by its number. The answer is the same whether the number is that of a candidate: whoever has read a sheet of the
-- session, or voted in it, is refused for any number, because a refusal for candidates alone would tell who is one. A member
-- of a session that has ended is refused, too.
CREATE OR REPLACE FUNCTION allocations_recuse(into_session uuid, of_item uuid, written text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM allocations_seat s JOIN allocations_session n ON n.id = s.session_id
               WHERE n.id = into_session AND n.state NOT IN ('convened', 'open') AND s.person_id = loge_person()) THEN
        PERFORM allocations_refuse('recusal_before_the_end');
    ELSIF written IS NOT NULL AND (EXISTS (
        SELECT FROM allocations_candidacy c JOIN allocations_agendaitem i ON i.id = c.item_id
        WHERE i.session_id = into_session AND allocations_read_sheet(loge_person(), c.id)) OR EXISTS (
        SELECT FROM allocations_vote v JOIN allocations_seat s ON s.id = v.seat_id
        WHERE s.session_id = into_session AND s.person_id = loge_person())) THEN
        PERFORM allocations_refuse('recusal_before_sheet');
    END IF;
    INSERT INTO allocations_recusal (id, seat_id, candidacy_id, declared_at)
    SELECT gen_random_uuid(), s.id, c.id, loge_now() FROM allocations_seat s
    JOIN allocations_agendaitem i ON i.session_id = s.session_id
    JOIN allocations_candidacy c ON c.item_id = i.id AND c.state = 'presented'
    LEFT JOIN allocations_application a ON a.id = c.application_id
    WHERE s.session_id = into_session AND s.person_id = loge_person()
      AND into_session = ANY (ARRAY (SELECT allocations_own_sessions()))
      AND (i.id = of_item OR a.number = written)
    ON CONFLICT DO NOTHING;
END $$;
REVOKE ALL ON FUNCTION allocations_recuse FROM PUBLIC;

-- The numbers and names of the candidates of a closed session, for its members: the commission allocates by name, and
-- Loge binds the name after the vote.
CREATE OR REPLACE FUNCTION allocations_names_after_vote(wanted uuid)
    RETURNS TABLE (candidacy uuid, application text, last_name text, first_name text)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
    SELECT c.id, a.number, p.last_name, p.first_name FROM allocations_session n
    JOIN allocations_agendaitem i ON i.session_id = n.id
    JOIN allocations_candidacy c ON c.item_id = i.id AND c.state NOT IN ('designated', 'presented', 'withdrawn')
    JOIN allocations_application a ON a.id = c.application_id
    JOIN allocations_applicant p ON p.application_id = a.id AND p.tie = 'principal'
    WHERE n.id = wanted AND n.state = 'closed' AND n.id = ANY (ARRAY (SELECT allocations_own_sessions()))
      AND NOT EXISTS (SELECT FROM allocations_recusal r JOIN allocations_seat s ON s.id = r.seat_id
                      WHERE r.candidacy_id = c.id AND s.person_id = loge_person())
$$;
REVOKE ALL ON FUNCTION allocations_names_after_vote FROM PUBLIC;

-- The key that orders equal candidates of the vacancies that a closed session decided: printed in its minutes.
CREATE OR REPLACE FUNCTION allocations_keys_of(wanted uuid) RETURNS TABLE (vacancy uuid, key text)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
    SELECT i.vacancy_id, encode(k.key, 'hex') FROM allocations_session n
    JOIN allocations_agendaitem i ON i.session_id = n.id AND (i.carried_reason = '' OR allocations_is_allocated(i.id))
    JOIN allocations_rankingkey k ON k.vacancy_id = i.vacancy_id
    WHERE n.id = wanted AND n.state = 'closed' AND n.id = ANY (ARRAY (SELECT allocations_own_sessions()))
$$;
REVOKE ALL ON FUNCTION allocations_keys_of FROM PUBLIC;

-- When a session closes, its vacancies are decided, except those that it carried over to another session.
CREATE OR REPLACE FUNCTION allocations_close_items() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE allocations_vacancy v SET state = 'decided' FROM allocations_agendaitem i
    WHERE i.session_id = NEW.id AND (i.carried_reason = '' OR allocations_is_allocated(i.id)) AND v.id = i.vacancy_id
      AND v.state = 'convened';
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION allocations_close_items FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_session_closed ON allocations_session;
CREATE TRIGGER allocations_session_closed AFTER UPDATE OF state ON allocations_session
    FOR EACH ROW WHEN (NEW.state = 'closed' AND OLD.state = 'open') EXECUTE FUNCTION allocations_close_items();
