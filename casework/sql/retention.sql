SELECT tenants_say_end('casework_cardfact', 'least(ends_on, withdrawn_on)');
SELECT tenants_say_end('casework_dwellingfact', 'least(ends_on, withdrawn_on)');
SELECT tenants_say_end('casework_accountfact', 'least(ends_on, withdrawn_on)');
SELECT tenants_say_end('casework_accountnote', 'least(ends_on, withdrawn_on)');
SELECT tenants_say_end('casework_contestedsentence', 'asked_on + 29');
SELECT tenants_say_end('casework_legacycomment', 'ends_on');
