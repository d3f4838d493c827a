-- Sheets without a name stay for a claim, as long as the landlord's dated row says, after the end of their vacancy.
CREATE OR REPLACE FUNCTION allocations_claim_until(wanted uuid) RETURNS date
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (v.ended_on + make_interval(years => allocations_figure('claim_retention_years')::integer))::date
    FROM allocations_vacancy v WHERE v.id = wanted
$$;
REVOKE ALL ON FUNCTION allocations_claim_until FROM PUBLIC;

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
    '(SELECT (n.signed_at + make_interval(years => allocations_figure(''claim_retention_years'')::integer))::date
      FROM allocations_session n WHERE n.id = session_id)');
