SELECT tenants_say_end('inspection_copyrelease', $$(released_at AT TIME ZONE 'Europe/Paris')::date + 7$$);
