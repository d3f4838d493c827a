"""The table of what every person must get from every API endpoint. test_who_may.py explains its letters."""

TABLE = """
# by column: awa bruno chloe denis elise fatou georges helene ines jules karim lea marc noel olga paola paul yann nobody
api_trace             rrrrrrrror.rrrrrrr.
api_trace_event       rrrrrrrror.rrrrrrr.
api_own_looks         oooooooooo.ooooooo.
api_residents         ooroooorrr.rrrrrrr.
api_residents_search  ooroooorrr.rrrrrrr.
api_resident          omrmomorrr.rrrrrrr.
api_accounts          rrrooorrrr.rrrrrrr.
api_accounts_search   rrrooorrrr.rrrrrrr.
api_account           rrrmomrrrr.rrrrrrr.
api_entries           rrrmomrrrr.rrrrrrr.
api_payment           rrrmomrrrr.rrrrrrr.
api_charge            rrrmomrrrr.rrrrrrr.
api_adjustment        rrrmomrrrr.rrrrrrr.
api_reversal          rrrmomrrrr.rrrrrrr.
api_books             rrrrrrrorr.rrrrrrr.
api_book_entries      rrrrrrrorr.rrrrrrr.
api_places            rrroooooro.rrrrrrr.
api_place             rrroooooro.rrrrrrr.
api_buildings         rrroooooro.rrrrrrr.
api_building          rrroooooro.rrrrrrr.
api_units             rrroooooro.rrrrrrr.
api_assignments       rrrrrrrroo.rrrrrrr.
api_assignment_grant  rrrrrrrrro.rrrrrrr.
api_assignment_extend rrrrrrrrro.rrrrrrr.
api_assignment_end    rrrrrrrrro.rrrrrrr.
api_mine              oooooooooo.ooooooo.
api_schema            oooooooooo.ooooooo.
reference             oooooooooo.ooooooo.
"""
