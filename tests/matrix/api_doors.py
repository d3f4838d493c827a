"""The table of what every person must get from every API endpoint. test_who_may.py explains its letters."""

TABLE = """
# by column: awa bruno chloe denis elise fatou georges helene ines jules karim lea marc noel olga paola paul yann
# aline basile rosa sacha camille mehdi marion nadia nobody
api_trace             rrrrrrrror.rrrrrrrrrrrrrrr.
api_trace_event       rrrrrrrror.rrrrrrrrrrrrrrr.
api_own_looks         oooooooooo.ooooooooooooooo.
api_residents         ooroooorrr.rrrrrrrrrrrrrrr.
api_residents_search  ooroooorrr.rrrrrrrrrrrrrrr.
api_resident          omrmomorrr.rrrrrrrrrrrrrrr.
api_accounts          rrrooorrrr.rrrrrrrrrrrrrrr.
api_accounts_search   rrrooorrrr.rrrrrrrrrrrrrrr.
api_account           rrrmomrrrr.rrrrrrrrrrrrrrr.
api_entries           rrrmomrrrr.rrrrrrrrrrrrrrr.
api_payment           rrrmomrrrr.rrrrrrrrrrrrrrr.
api_charge            rrrmomrrrr.rrrrrrrrrrrrrrr.
api_adjustment        rrrmomrrrr.rrrrrrrrrrrrrrr.
api_reversal          rrrmomrrrr.rrrrrrrrrrrrrrr.
api_books             rrrrrrrorr.rrrrrrrrrrrrrrr.
api_book_entries      rrrrrrrorr.rrrrrrrrrrrrrrr.
api_vacancies         rrrrrrrrrr.rrrrrrrooorrrrr.
api_vacancy           rrrrrrrrrr.rrrrrrromorrrrr.
api_vacancy_declare   rrrrrrrrrr.rrrrrrromorrrrr.
api_application_take  rrrrrrrrrr.rrrrrrroorrrrrr.
api_application       rrrrrrrrrr.rrrrrrromrrrrrr.
api_application_income rrrrrrrrrr.rrrrrrromrrrrrr.
api_document_ask      rrrrrrrrrr.rrrrrrromrrrrrr.
api_document_see      rrrrrrrrrr.rrrrrrromrrrrrr.
api_application_renew rrrrrrrrrr.rrrrrrromrrrrrr.
api_places            rrroooooro.rrrrrrrrrorrrrr.
api_place             rrroooooro.rrrrrrrrrorrrrr.
api_buildings         rrroooooro.rrrrrrrrrorrrrr.
api_building          rrroooooro.rrrrrrrrrorrrrr.
api_units             rrroooooro.rrrrrrrrrorrrrr.
api_assignments       rrrrrrrroo.rrrrrrrrrrrrrrr.
api_assignment_grant  rrrrrrrrro.rrrrrrrrrrrrrrr.
api_assignment_extend rrrrrrrrro.rrrrrrrrrrrrrrr.
api_assignment_end    rrrrrrrrro.rrrrrrrrrrrrrrr.
api_mine              oooooooooo.ooooooooooooooo.
api_schema            oooooooooo.ooooooooooooooo.
reference             oooooooooo.ooooooooooooooo.
"""
