SELECT tenants_create_retention_view('allocations_application', 'least(closed_on, renew_by + 31)');
SELECT tenants_create_retention_view('allocations_occasion', $$(ends_at AT TIME ZONE 'Europe/Paris')::date$$);
