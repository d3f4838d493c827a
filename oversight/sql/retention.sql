SELECT tenants_say_end('oversight_inspection', 'ends_on');
SELECT tenants_say_end('oversight_lookquestion', $$least((at AT TIME ZONE 'Europe/Paris')::date + 366,
    CASE WHEN verdict NOT IN ('', 'misuse') THEN judged_on + 92 END)$$);
SELECT tenants_say_end('oversight_exposureday', 'day + 1096');
SELECT tenants_say_end('oversight_countedword', 'day');
