CREATE OR REPLACE VIEW masked.casework_cardfact WITH (security_invoker = true) AS
    SELECT * FROM public.casework_cardfact WHERE false;
CREATE OR REPLACE VIEW masked.casework_dwellingfact WITH (security_invoker = true) AS
    SELECT * FROM public.casework_dwellingfact WHERE false;
GRANT USAGE ON SCHEMA masked TO PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA masked TO PUBLIC;
