SELECT tenants_create_retention_view('inspection_copyrelease', $$(released_at AT TIME ZONE 'Europe/Paris')::date + 7$$);
