"""The table of what every person must get from every API endpoint. test_who_may.py explains its letters."""

TABLE = """
# by column: awa bruno chloe denis elise fatou georges helene ines jules karim lea marc noel olga paola paul yann
# aline basile rosa sacha nadia nobody
api_trace             rrrrrrrror.rrrrrrrrrrrr.
api_trace_event       rrrrrrrror.rrrrrrrrrrrr.
api_own_looks         oooooooooo.oooooooooooo.
api_residents         ooroooorrr.rrrrrrrrrrrr.
api_residents_search  ooroooorrr.rrrrrrrrrrrr.
api_resident          omrmomorrr.rrrrrrrrrrrr.
api_accounts          rrrooorrrr.rrrrrrrrrrrr.
api_accounts_search   rrrooorrrr.rrrrrrrrrrrr.
api_account           rrrmomrrrr.rrrrrrrrrrrr.
api_entries           rrrmomrrrr.rrrrrrrrrrrr.
api_payment           rrrmomrrrr.rrrrrrrrrrrr.
api_charge            rrrmomrrrr.rrrrrrrrrrrr.
api_adjustment        rrrmomrrrr.rrrrrrrrrrrr.
api_reversal          rrrmomrrrr.rrrrrrrrrrrr.
api_books             rrrrrrrorr.rrrrrrrrrrrr.
api_book_entries      rrrrrrrorr.rrrrrrrrrrrr.
api_vacancies         rrrrrrrrrr.rrrrrrrooorr.
api_vacancy           rrrrrrrrrr.rrrrrrromorr.
api_vacancy_declare   rrrrrrrrrr.rrrrrrromorr.
api_application_take  rrrrrrrrrr.rrrrrrroorrr.
api_application       rrrrrrrrrr.rrrrrrromrrr.
api_application_income rrrrrrrrrr.rrrrrrromrrr.
api_document_ask      rrrrrrrrrr.rrrrrrromrrr.
api_document_see      rrrrrrrrrr.rrrrrrromrrr.
api_application_renew rrrrrrrrrr.rrrrrrromrrr.
api_places            rrroooooro.rrrrrrrrrorr.
api_place             rrroooooro.rrrrrrrrrorr.
api_buildings         rrroooooro.rrrrrrrrrorr.
api_building          rrroooooro.rrrrrrrrrorr.
api_units             rrroooooro.rrrrrrrrrorr.
api_assignments       rrrrrrrroo.rrrrrrrrrrrr.
api_assignment_grant  rrrrrrrrro.rrrrrrrrrrrr.
api_assignment_extend rrrrrrrrro.rrrrrrrrrrrr.
api_assignment_end    rrrrrrrrro.rrrrrrrrrrrr.
api_mine              oooooooooo.oooooooooooo.
api_schema            oooooooooo.oooooooooooo.
reference             oooooooooo.oooooooooooo.
"""
