-- Offers in the order of the ranks, their answers, and the hand-over of a candidate whose lease is to be signed.

-- An offer follows the signed minutes: the best rank that has not refused, or a conditional allocation whose document was
-- seen in time.
CREATE OR REPLACE FUNCTION allocations_check_offer() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    mine record;
BEGIN
    SELECT c.*, d.kind, d.rank AS place, d.missing_document, d.document_by INTO mine FROM allocations_candidacy c
    JOIN allocations_decision d ON d.candidacy_id = c.id AND d.outcome = 'adopted'
    JOIN allocations_vacancy v ON v.id = c.vacancy_id AND v.state IN ('decided', 'offered')
    WHERE c.id = NEW.candidacy_id AND c.state IN ('ranked', 'conditional');
    IF NOT FOUND OR EXISTS (
        SELECT FROM allocations_candidacy o JOIN allocations_decision d ON d.candidacy_id = o.id AND d.outcome = 'adopted'
        WHERE o.item_id = mine.item_id AND o.id <> mine.id
          AND (o.state IN ('offered', 'accepted') OR o.state IN ('ranked', 'conditional') AND d.rank < mine.place)) THEN
        PERFORM allocations_refuse('offer_follows_rank');
    ELSIF NOT EXISTS (SELECT FROM allocations_agendaitem i JOIN allocations_session n ON n.id = i.session_id
                      WHERE i.id = mine.item_id AND n.state = 'signed') THEN
        PERFORM allocations_refuse('offer_after_signed_minutes');
    ELSIF mine.kind = 'c' AND NOT EXISTS (
        SELECT FROM allocations_supportingdocument s
        WHERE s.application_id = mine.application_id AND s.kind = mine.missing_document
          AND s.seen_on <= mine.document_by) THEN
        PERFORM allocations_refuse('offer_after_the_condition');
    END IF;
    UPDATE allocations_candidacy SET state = 'offered' WHERE id = mine.id;
    UPDATE allocations_vacancy SET state = 'offered' WHERE id = mine.vacancy_id AND state = 'decided';
    -- The landlord's figures of today, whoever sends the offer.
    NEW.delay_days := coalesce(allocations_figure('offer_delay_days'), NEW.delay_days);
    NEW.post_days := coalesce(allocations_figure('answer_post_days'), NEW.post_days);
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION allocations_check_offer FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_offer_in_turn ON allocations_offer;
CREATE TRIGGER allocations_offer_in_turn BEFORE INSERT ON allocations_offer
    FOR EACH ROW EXECUTE FUNCTION allocations_check_offer();

-- A vacancy whose candidates have all refused, or were never ranked, goes back to its orientation, or to its shortlist if a
-- session carried sheets of it over without a decision.
CREATE OR REPLACE FUNCTION allocations_free_vacancy(wanted uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE allocations_vacancy v SET state = CASE WHEN EXISTS (
        SELECT FROM allocations_candidacy c WHERE c.vacancy_id = v.id AND c.state = 'designated')
        THEN 'shortlisted' ELSE 'oriented' END WHERE v.id = wanted AND v.state IN ('decided', 'offered')
      AND NOT EXISTS (SELECT FROM allocations_candidacy c WHERE c.vacancy_id = v.id
                      AND c.state IN ('ranked', 'conditional', 'offered', 'accepted'));
    DELETE FROM allocations_shortlistline l USING allocations_vacancy v
    WHERE v.id = wanted AND v.state = 'oriented' AND l.vacancy_id = v.id
$$;
REVOKE ALL ON FUNCTION allocations_free_vacancy FROM PUBLIC;

-- The vacancies that a closed session decided without an allocation that still stands. One that another session has decided
-- since is left to that session. Internal.
CREATE OR REPLACE FUNCTION allocations_unallocated(of_session uuid) RETURNS TABLE (vacancy uuid, building uuid)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 3 SET search_path = public, pg_temp AS $$
    SELECT v.id, v.building_id FROM allocations_agendaitem i
    JOIN allocations_session n ON n.id = i.session_id
    JOIN allocations_vacancy v ON v.id = i.vacancy_id AND v.state = 'decided'
    WHERE n.id = of_session AND n.state = 'closed' AND i.carried_reason = ''
      AND NOT EXISTS (SELECT FROM allocations_candidacy c WHERE c.vacancy_id = v.id
                      AND c.state IN ('ranked', 'conditional', 'offered', 'accepted'))
      AND NOT EXISTS (SELECT FROM allocations_agendaitem o JOIN allocations_session later ON later.id = o.session_id
                      WHERE o.vacancy_id = v.id AND later.state = 'closed' AND later.id <> n.id)
    ORDER BY i.position
$$;
REVOKE ALL ON FUNCTION allocations_unallocated FROM PUBLIC;

-- The same for whoever chairs the session: signing its minutes frees these vacancies, and the audit log names each.
CREATE OR REPLACE FUNCTION allocations_freed_by_signing(of_session uuid) RETURNS TABLE (vacancy uuid, building uuid)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 3 SET search_path = public, pg_temp AS $$
    SELECT u.vacancy, u.building FROM allocations_unallocated(of_session) u WHERE allocations_chairs(of_session)
$$;
REVOKE ALL ON FUNCTION allocations_freed_by_signing FROM PUBLIC;

-- A vacancy that a session decided without an allocation goes back to its orientation once the minutes are signed.
CREATE OR REPLACE FUNCTION allocations_free_unallocated() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM allocations_free_vacancy(u.vacancy) FROM allocations_unallocated(NEW.id) u;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION allocations_free_unallocated FROM PUBLIC;
CREATE OR REPLACE TRIGGER allocations_signing_frees_unallocated BEFORE UPDATE OF state ON allocations_session
    FOR EACH ROW WHEN (NEW.state = 'signed' AND OLD.state = 'closed') EXECUTE FUNCTION allocations_free_unallocated();

-- A closed application can receive no offer. Its candidacies end, so that the next rank gets its turn. Those that the
-- commission has not decided stay: it decides that they are not applicable now.
CREATE OR REPLACE FUNCTION allocations_end_candidacies() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_vacancy uuid;
BEGIN
    FOR of_vacancy IN
        UPDATE allocations_candidacy c SET state = 'withdrawn'
        WHERE c.application_id = OLD.id AND c.state IN ('designated', 'ranked', 'conditional', 'offered', 'accepted')
          AND NOT EXISTS (SELECT FROM allocations_handover h WHERE h.candidacy_id = c.id AND h.signed_on IS NOT NULL)
        RETURNING c.vacancy_id
    LOOP
        PERFORM allocations_free_vacancy(of_vacancy);
    END LOOP;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION allocations_end_candidacies FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_closed_ends_candidacies ON allocations_application;
CREATE TRIGGER allocations_closed_ends_candidacies AFTER UPDATE OF state ON allocations_application
    FOR EACH ROW WHEN (NEW.state = 'closed' AND OLD.state <> 'closed') EXECUTE FUNCTION allocations_end_candidacies();

-- The same for an application that expired, and was erased without being closed.
CREATE OR REPLACE FUNCTION allocations_end_erased_candidacy() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM allocations_handover h WHERE h.candidacy_id = NEW.id AND h.signed_on IS NOT NULL) THEN
        UPDATE allocations_candidacy SET state = 'withdrawn' WHERE id = NEW.id;
        PERFORM allocations_free_vacancy(NEW.vacancy_id);
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION allocations_end_erased_candidacy FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_erased_ends_candidacy ON allocations_candidacy;
CREATE TRIGGER allocations_erased_ends_candidacy AFTER UPDATE OF application_id ON allocations_candidacy
    FOR EACH ROW WHEN (NEW.application_id IS NULL
                       AND NEW.state IN ('designated', 'ranked', 'conditional', 'offered', 'accepted'))
    EXECUTE FUNCTION allocations_end_erased_candidacy();

-- An answer sets the state of the candidacy, and is given once. Its own day counts. It can be recorded until the days for it
-- to arrive have passed, or on the day on which a late notification was recorded.
CREATE OR REPLACE FUNCTION allocations_apply_answer() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_vacancy uuid;
BEGIN
    IF OLD.answer <> '' THEN
        PERFORM allocations_refuse('offer_answered_once');
    ELSIF NEW.answer = 'silent' AND NEW.answered_on > loge_today() THEN
        PERFORM allocations_refuse('answer_in_time');
    ELSIF NEW.answer <> 'silent' AND loge_today() > greatest(NEW.answer_by + NEW.post_days, NEW.notification_recorded_on)
        AND NEW.answer_by IS NOT NULL THEN
        PERFORM allocations_refuse('answer_recorded_in_time');
    END IF;
    UPDATE allocations_candidacy SET state = NEW.answer WHERE id = NEW.candidacy_id AND state = 'offered'
    RETURNING vacancy_id INTO of_vacancy;
    PERFORM allocations_free_vacancy(of_vacancy);
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION allocations_apply_answer FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_offer_answered ON allocations_offer;
CREATE TRIGGER allocations_offer_answered AFTER UPDATE OF answer ON allocations_offer
    FOR EACH ROW WHEN (NEW.answer <> '' OR OLD.answer <> '') EXECUTE FUNCTION allocations_apply_answer();

-- The night after a delay has passed: silence is a refusal, and a condition that was not met in time ends the candidacy.
-- For silence, the days in which an answer in time may still arrive have passed too: until then nobody else is offered the
-- dwelling (docs/decisions/0051-an-answer-counts-from-its-day.md).
-- Returns how many offers and conditions ended.
CREATE OR REPLACE FUNCTION allocations_expire_offers() RETURNS TABLE (offers bigint, conditions bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    lapsed uuid[];
BEGIN
    WITH silent AS (
        UPDATE allocations_offer SET answer = 'silent', answered_on = loge_today()
        WHERE answer = '' AND answer_by + post_days < loge_today() RETURNING 1
    ) SELECT count(*) INTO offers FROM silent;
    WITH ended AS (
        UPDATE allocations_candidacy c SET state = 'declined' FROM allocations_decision d
        WHERE d.candidacy_id = c.id AND d.outcome = 'adopted' AND d.kind = 'c' AND c.state = 'conditional'
          AND d.document_by < loge_today() AND NOT EXISTS (
              SELECT FROM allocations_supportingdocument s WHERE s.application_id = c.application_id
              AND s.kind = d.missing_document AND s.seen_on <= d.document_by)
        RETURNING c.vacancy_id
    ) SELECT array_agg(vacancy_id), count(*) INTO lapsed, conditions FROM ended;
    PERFORM allocations_free_vacancy(v) FROM unnest(lapsed) v;
    RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION allocations_expire_offers FROM PUBLIC;

-- A hand-over needs an accepted offer, and an application has one lease. It goes to whoever signs leases of the dwelling
-- that was offered, and to nobody else: they read names and contact.
CREATE OR REPLACE FUNCTION allocations_check_hand_over() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- Another hand-over of the application waits here, or has been waited for.
    PERFORM FROM allocations_application a JOIN allocations_candidacy c ON c.application_id = a.id
    WHERE c.id = NEW.candidacy_id FOR NO KEY UPDATE OF a;
    -- A renunciation waits here, or has been waited for.
    PERFORM FROM allocations_candidacy c JOIN allocations_offer o ON o.candidacy_id = c.id
    JOIN allocations_vacancy v ON v.id = c.vacancy_id AND v.unit_id = NEW.unit_id AND v.building_id = NEW.building_id
    WHERE c.id = NEW.candidacy_id AND c.state = 'accepted' AND o.answer = 'accepted' FOR UPDATE OF c;
    IF NOT FOUND THEN
        PERFORM allocations_refuse('lease_after_acceptance');
    ELSIF EXISTS (
        SELECT FROM allocations_candidacy mine
        JOIN allocations_candidacy other ON other.application_id = mine.application_id AND other.id <> mine.id
        JOIN allocations_handover h ON h.candidacy_id = other.id WHERE mine.id = NEW.candidacy_id) THEN
        PERFORM allocations_refuse('one_lease_an_application');
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION allocations_check_hand_over FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_hand_over_allowed ON allocations_handover;
CREATE TRIGGER allocations_hand_over_allowed BEFORE INSERT ON allocations_handover
    FOR EACH ROW EXECUTE FUNCTION allocations_check_hand_over();

-- The people whose lease is to be signed, for whoever signs it: name, contact, birth date and who holds the lease.
-- Nothing else of the application leaves it.
CREATE OR REPLACE FUNCTION allocations_future_tenants(wanted uuid) RETURNS TABLE (tie text, last_name text,
        first_name text, birth_date date, phone text, email text)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 2 SET search_path = public, pg_temp AS $$
    SELECT p.tie, p.last_name, p.first_name, p.birth_date, p.phone, p.email
    FROM allocations_handover h JOIN allocations_candidacy c ON c.id = h.candidacy_id AND c.state = 'accepted'
    JOIN allocations_vacancy v ON v.id = c.vacancy_id AND v.state = 'offered'
    JOIN allocations_applicant p ON p.application_id = c.application_id
    WHERE h.candidacy_id = wanted AND h.signed_on IS NULL
      AND h.building_id = ANY (ARRAY (SELECT access_reach(loge_person(), 'account', loge_today())))
    ORDER BY p.tie <> 'principal', p.birth_date
$$;
REVOKE ALL ON FUNCTION allocations_future_tenants FROM PUBLIC;

-- The lease is signed, and began after the vacancy was declared: the vacancy is let, the application is closed on the same day, and its other candidacies end.
-- Returns the application, for the audit log, or NULL.
CREATE OR REPLACE FUNCTION allocations_lease_signed(wanted uuid, signed uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    mine record;
BEGIN
    SELECT c.id, c.application_id, c.vacancy_id INTO mine FROM allocations_handover h
    JOIN allocations_candidacy c ON c.id = h.candidacy_id AND c.state = 'accepted'
    JOIN allocations_vacancy v ON v.id = c.vacancy_id AND v.state = 'offered'
    JOIN tenants_leaseunit u ON u.lease_id = signed AND u.unit_id = v.unit_id AND u.first_day >= v.declared_on
    WHERE h.candidacy_id = wanted AND h.signed_on IS NULL
      AND v.building_id = ANY (ARRAY (SELECT access_reach(loge_person(), 'account', loge_today()))) FOR UPDATE OF h;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF NOT allocations_held_by_applicants(signed, mine.application_id) THEN
        PERFORM allocations_refuse('lease_of_the_applicants');
    END IF;
    UPDATE allocations_handover SET signed_on = loge_today(), lease = signed WHERE candidacy_id = wanted;
    -- So the page of the lease says who signed it, and does not offer to undo the signature.
    UPDATE tenants_leasechange SET before = before || '{"final": true}'
    WHERE lease_id = signed AND day = loge_today() AND kind IN ('signed', 'transferred');
    UPDATE allocations_vacancy SET state = 'let', ended_on = loge_today() WHERE id = mine.vacancy_id;
    UPDATE allocations_candidacy SET state = 'withdrawn'
    WHERE application_id = mine.application_id AND id <> mine.id AND state IN ('designated', 'presented')
       OR vacancy_id = mine.vacancy_id AND state = 'designated';
    UPDATE allocations_application SET state = 'closed', closed_on = loge_today(), closed_by_id = loge_person(),
        closing_motive = 'signed_lease' WHERE id = mine.application_id AND state <> 'closed';
    RETURN mine.application_id;
END $$;
REVOKE ALL ON FUNCTION allocations_lease_signed FROM PUBLIC;
