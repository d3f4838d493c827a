-- Sheets without a name stay for a claim, as long as the landlord's dated row says, after the end of their vacancy.
CREATE OR REPLACE FUNCTION allocations_claim_until(wanted uuid) RETURNS date
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (v.ended_on + make_interval(years => allocations_figure('claim_retention_years')::integer))::date
    FROM allocations_vacancy v WHERE v.id = wanted
$$;
REVOKE ALL ON FUNCTION allocations_claim_until FROM PUBLIC;

-- The same for the seats of a session: after the minutes were signed, or after the day of a cancelled session. Internal.
CREATE OR REPLACE FUNCTION allocations_seats_until(n allocations_session) RETURNS date
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (CASE n.state WHEN 'signed' THEN n.signed_at WHEN 'cancelled' THEN n.held_at END
            + make_interval(years => allocations_figure('claim_retention_years')::integer))::date
$$;
REVOKE ALL ON FUNCTION allocations_seats_until FROM PUBLIC;

-- Erases what is past its retention for a claim, and returns how many candidacies. The nightly job calls it.
CREATE OR REPLACE FUNCTION allocations_expire_claims() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    over uuid[] := ARRAY (SELECT v.id FROM allocations_vacancy v WHERE v.ended_on IS NOT NULL
                          AND allocations_claim_until(v.id) < loge_today());
    old_sessions uuid[] := ARRAY (
        SELECT n.id FROM allocations_session n WHERE allocations_seats_until(n) < loge_today());
    mine uuid[] := ARRAY (SELECT c.id FROM allocations_candidacy c WHERE c.vacancy_id = ANY (over));
BEGIN
    DELETE FROM allocations_claimreading WHERE candidacy_id = ANY (mine);
    UPDATE allocations_owedexamination SET met_by_id = NULL WHERE met_by_id = ANY (mine);
    DELETE FROM allocations_vote v USING allocations_decision d
    WHERE v.decision_id = d.id AND d.candidacy_id = ANY (mine);
    DELETE FROM allocations_recusal WHERE candidacy_id = ANY (mine);
    DELETE FROM allocations_decision WHERE candidacy_id = ANY (mine);
    DELETE FROM allocations_handover WHERE candidacy_id = ANY (mine);
    DELETE FROM allocations_offer WHERE candidacy_id = ANY (mine);
    DELETE FROM allocations_sheet WHERE candidacy_id = ANY (mine);
    DELETE FROM allocations_candidacy WHERE id = ANY (mine);
    DELETE FROM allocations_shortlistline WHERE vacancy_id = ANY (over);
    DELETE FROM allocations_shortlist WHERE vacancy_id = ANY (over);
    DELETE FROM allocations_rankingkey WHERE vacancy_id = ANY (over);
    -- A seat stays as long as a recusal or vote of a later vacancy refers to it.
    DELETE FROM allocations_seat s WHERE s.session_id = ANY (old_sessions)
        AND NOT EXISTS (SELECT FROM allocations_vote v WHERE v.seat_id = s.id)
        AND NOT EXISTS (SELECT FROM allocations_recusal r WHERE r.seat_id = s.id);
    RETURN cardinality(mine);
END $$;
REVOKE ALL ON FUNCTION allocations_expire_claims FROM PUBLIC;

-- Once an application is erased, nothing leads from its candidacies to a person: the hand-over loses the lease. The digests of
-- the API requests about it, which had names and numbers, are erased. Their keys stay used, so that none is repeated.
CREATE OR REPLACE FUNCTION allocations_forget_candidate() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE allocations_handover SET lease = NULL WHERE candidacy_id = NEW.id;
    UPDATE access_sentact SET digest = '' WHERE result = NEW.id;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION allocations_forget_candidate FROM PUBLIC;
CREATE OR REPLACE TRIGGER allocations_candidate_forgotten AFTER UPDATE OF application_id ON allocations_candidacy
    FOR EACH ROW WHEN (OLD.application_id IS NOT NULL AND NEW.application_id IS NULL)
    EXECUTE FUNCTION allocations_forget_candidate();

CREATE OR REPLACE FUNCTION allocations_forget_digests() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE access_sentact s SET digest = '' FROM gone WHERE s.result = gone.id;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION allocations_forget_digests FROM PUBLIC;
CREATE OR REPLACE TRIGGER allocations_digests_forgotten AFTER DELETE ON allocations_application
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION allocations_forget_digests();
CREATE OR REPLACE TRIGGER allocations_digests_forgotten AFTER DELETE ON allocations_income
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION allocations_forget_digests();
CREATE OR REPLACE TRIGGER allocations_digests_forgotten AFTER DELETE ON allocations_supportingdocument
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION allocations_forget_digests();

SELECT tenants_create_retention_view('allocations_poollink',
    '(SELECT least(a.closed_on, a.renew_by + 31) FROM allocations_application a WHERE a.id = application_id)');
SELECT tenants_create_retention_view('allocations_poolentry',
    '(SELECT least(a.closed_on, a.renew_by + 31) FROM allocations_application a JOIN allocations_poollink k
      ON k.application_id = a.id WHERE k.pseudonym = allocations_poolentry.pseudonym)');
SELECT tenants_create_retention_view('allocations_rankingkey', 'allocations_claim_until(vacancy_id)');
SELECT tenants_create_retention_view('allocations_shortlist', 'allocations_claim_until(vacancy_id)');
SELECT tenants_create_retention_view('allocations_shortlistline', 'allocations_claim_until(vacancy_id)');
SELECT tenants_create_retention_view('allocations_candidacy', 'allocations_claim_until(vacancy_id)');
SELECT tenants_create_retention_view('allocations_sheet',
    '(SELECT allocations_claim_until(c.vacancy_id) FROM allocations_candidacy c WHERE c.id = candidacy_id)');
SELECT tenants_create_retention_view('allocations_recusal',
    '(SELECT allocations_claim_until(c.vacancy_id) FROM allocations_candidacy c WHERE c.id = candidacy_id)');
SELECT tenants_create_retention_view('allocations_decision',
    '(SELECT allocations_claim_until(c.vacancy_id) FROM allocations_candidacy c WHERE c.id = candidacy_id)');
SELECT tenants_create_retention_view('allocations_vote',
    '(SELECT allocations_claim_until(c.vacancy_id) FROM allocations_decision d JOIN allocations_candidacy c
      ON c.id = d.candidacy_id WHERE d.id = decision_id)');
SELECT tenants_create_retention_view('allocations_offer',
    '(SELECT allocations_claim_until(c.vacancy_id) FROM allocations_candidacy c WHERE c.id = candidacy_id)');
SELECT tenants_create_retention_view('allocations_handover',
    '(SELECT allocations_claim_until(c.vacancy_id) FROM allocations_candidacy c WHERE c.id = candidacy_id)');
SELECT tenants_create_retention_view('allocations_seat',
    '(SELECT allocations_seats_until(n) FROM allocations_session n WHERE n.id = session_id)');
