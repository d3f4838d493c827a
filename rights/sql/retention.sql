SELECT tenants_create_retention_view('rights_subjectrequest', 'closed_on + 1096');
SELECT tenants_create_retention_view('rights_namedlook',
    '(SELECT s.closed_on + 1096 FROM rights_subjectrequest s WHERE s.id = request_id)');
SELECT tenants_create_retention_view('rights_lookdeferral', 'until');
