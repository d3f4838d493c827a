SELECT tenants_create_retention_view('allocations_application', 'least(closed_on, renew_by + 31)');
SELECT tenants_create_retention_view('allocations_occasion', $$(ends_at AT TIME ZONE 'Europe/Paris')::date$$);
SELECT tenants_create_retention_view('allocations_applicant',
    '(SELECT least(a.closed_on, a.renew_by + 31) FROM allocations_application a WHERE a.id = application_id)');
SELECT tenants_create_retention_view('allocations_householdmember',
    '(SELECT least(a.closed_on, a.renew_by + 31) FROM allocations_application a WHERE a.id = application_id)');
SELECT tenants_create_retention_view('allocations_income',
    '(SELECT least(a.closed_on, a.renew_by + 31) FROM allocations_application a WHERE a.id = application_id)');
SELECT tenants_create_retention_view('allocations_supportingdocument',
    '(SELECT least(a.closed_on, a.renew_by + 31) FROM allocations_application a WHERE a.id = application_id)');
SELECT tenants_create_retention_view('allocations_closingwarning',
    '(SELECT least(a.closed_on, a.renew_by + 31) FROM allocations_application a WHERE a.id = application_id)');
