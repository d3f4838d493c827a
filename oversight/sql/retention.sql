SELECT tenants_create_retention_view('oversight_inspection', 'ends_on');
SELECT tenants_create_retention_view('oversight_lookquestion', $$least((at AT TIME ZONE 'Europe/Paris')::date + 366,
    CASE WHEN verdict NOT IN ('', 'misuse') THEN judged_on + 92 END)$$);
SELECT tenants_create_retention_view('oversight_exposureday', 'day + 1096');
SELECT tenants_create_retention_view('oversight_countedword', 'day');
