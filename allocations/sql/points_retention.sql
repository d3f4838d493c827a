SELECT tenants_create_retention_view('allocations_priority',
    '(SELECT least(a.closed_on, a.renew_by + 31) FROM allocations_application a WHERE a.id = application_id)');
SELECT tenants_create_retention_view('allocations_groundcase',
    '(SELECT least(a.closed_on, a.renew_by + 31) FROM allocations_application a WHERE a.id = application_id)');
SELECT tenants_create_retention_view('allocations_ground',
    '(SELECT least(a.closed_on, a.renew_by + 31) FROM allocations_application a WHERE a.id = application_id)');
SELECT tenants_create_retention_view('allocations_score',
    '(SELECT least(a.closed_on, a.renew_by + 31) FROM allocations_application a WHERE a.id = application_id)');
SELECT tenants_create_retention_view('allocations_scoreband',
    '(SELECT least(a.closed_on, a.renew_by + 31) FROM allocations_application a WHERE a.id = application_id)');
