SELECT tenants_say_end('rights_subjectrequest', 'closed_on + 1096');
SELECT tenants_say_end('rights_namedlook',
    '(SELECT s.closed_on + 1096 FROM rights_subjectrequest s WHERE s.id = request_id)');
SELECT tenants_say_end('rights_lookdeferral', 'until');
