SELECT tenants_create_retention_view('casework_cardfact', 'least(ends_on, withdrawn_on)');
SELECT tenants_create_retention_view('casework_dwellingfact', 'least(ends_on, withdrawn_on)');
SELECT tenants_create_retention_view('casework_accountfact', 'least(ends_on, withdrawn_on)');
SELECT tenants_create_retention_view('casework_accountnote', 'least(ends_on, withdrawn_on)');
SELECT tenants_create_retention_view('casework_contestedsentence', 'asked_on + 29');
SELECT tenants_create_retention_view('casework_legacycomment', 'ends_on');
