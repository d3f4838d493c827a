"""The table of what every person must get from every API endpoint. test_who_may.py explains its letters."""

TABLE = """
# by column: awa bruno chloe denis elise fatou georges helene ines jules karim lea marc noel olga paola paul yann
# aline basile rosa nobody
api_trace             rrrrrrrror.rrrrrrrrrr.
api_trace_event       rrrrrrrror.rrrrrrrrrr.
api_own_looks         oooooooooo.oooooooooo.
api_residents         ooroooorrr.rrrrrrrrrr.
api_residents_search  ooroooorrr.rrrrrrrrrr.
api_resident          omrmomorrr.rrrrrrrrrr.
api_accounts          rrrooorrrr.rrrrrrrrrr.
api_accounts_search   rrrooorrrr.rrrrrrrrrr.
api_account           rrrmomrrrr.rrrrrrrrrr.
api_entries           rrrmomrrrr.rrrrrrrrrr.
api_payment           rrrmomrrrr.rrrrrrrrrr.
api_charge            rrrmomrrrr.rrrrrrrrrr.
api_adjustment        rrrmomrrrr.rrrrrrrrrr.
api_reversal          rrrmomrrrr.rrrrrrrrrr.
api_books             rrrrrrrorr.rrrrrrrrrr.
api_book_entries      rrrrrrrorr.rrrrrrrrrr.
api_places            rrroooooro.rrrrrrrrro.
api_place             rrroooooro.rrrrrrrrro.
api_buildings         rrroooooro.rrrrrrrrro.
api_building          rrroooooro.rrrrrrrrro.
api_units             rrroooooro.rrrrrrrrro.
api_assignments       rrrrrrrroo.rrrrrrrrrr.
api_assignment_grant  rrrrrrrrro.rrrrrrrrrr.
api_assignment_extend rrrrrrrrro.rrrrrrrrrr.
api_assignment_end    rrrrrrrrro.rrrrrrrrrr.
api_mine              oooooooooo.oooooooooo.
api_schema            oooooooooo.oooooooooo.
reference             oooooooooo.oooooooooo.
"""
