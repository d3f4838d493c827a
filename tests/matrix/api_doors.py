"""The table of what every person must get from every API endpoint. test_who_may.py explains its letters."""

TABLE = """
# by column: awa bruno chloe denis elise fatou georges helene ines jules karim lea marc noel olga paola paul yann
# aline basile rosa nadia nobody
api_trace             rrrrrrrror.rrrrrrrrrrr.
api_trace_event       rrrrrrrror.rrrrrrrrrrr.
api_own_looks         oooooooooo.ooooooooooo.
api_residents         ooroooorrr.rrrrrrrrrrr.
api_residents_search  ooroooorrr.rrrrrrrrrrr.
api_resident          omrmomorrr.rrrrrrrrrrr.
api_accounts          rrrooorrrr.rrrrrrrrrrr.
api_accounts_search   rrrooorrrr.rrrrrrrrrrr.
api_account           rrrmomrrrr.rrrrrrrrrrr.
api_entries           rrrmomrrrr.rrrrrrrrrrr.
api_payment           rrrmomrrrr.rrrrrrrrrrr.
api_charge            rrrmomrrrr.rrrrrrrrrrr.
api_adjustment        rrrmomrrrr.rrrrrrrrrrr.
api_reversal          rrrmomrrrr.rrrrrrrrrrr.
api_books             rrrrrrrorr.rrrrrrrrrrr.
api_book_entries      rrrrrrrorr.rrrrrrrrrrr.
api_places            rrroooooro.rrrrrrrrror.
api_place             rrroooooro.rrrrrrrrror.
api_buildings         rrroooooro.rrrrrrrrror.
api_building          rrroooooro.rrrrrrrrror.
api_units             rrroooooro.rrrrrrrrror.
api_assignments       rrrrrrrroo.rrrrrrrrrrr.
api_assignment_grant  rrrrrrrrro.rrrrrrrrrrr.
api_assignment_extend rrrrrrrrro.rrrrrrrrrrr.
api_assignment_end    rrrrrrrrro.rrrrrrrrrrr.
api_mine              oooooooooo.ooooooooooo.
api_schema            oooooooooo.ooooooooooo.
reference             oooooooooo.ooooooooooo.
"""
