"""The API's rows of the table in test_who_may.py: the same people, the same signs."""

TABLE = """
# by column: awa bruno chloe denis elise fatou georges helene ines jules karim lea marc noel olga paola paul nobody
api_trace             rrrrrrrror.rrrrrr.
api_trace_event       rrrrrrrror.rrrrrr.
api_own_looks         oooooooooo.oooooo.
api_residents         ooroooorrr.rrrrrr.
api_residents_search  ooroooorrr.rrrrrr.
api_resident          omrmomorrr.rrrrrr.
api_accounts          rrrooorrrr.rrrrrr.
api_accounts_search   rrrooorrrr.rrrrrr.
api_account           rrrmomrrrr.rrrrrr.
api_entries           rrrmomrrrr.rrrrrr.
api_payment           rrrmomrrrr.rrrrrr.
api_charge            rrrmomrrrr.rrrrrr.
api_adjustment        rrrmomrrrr.rrrrrr.
api_reversal          rrrmomrrrr.rrrrrr.
api_books             rrrrrrrorr.rrrrrr.
api_book_entries      rrrrrrrorr.rrrrrr.
api_places            rrroooooro.rrrrrr.
api_place             rrroooooro.rrrrrr.
api_buildings         rrroooooro.rrrrrr.
api_building          rrroooooro.rrrrrr.
api_units             rrroooooro.rrrrrr.
api_assignments       rrrrrrrroo.rrrrrr.
api_assignment_grant  rrrrrrrrro.rrrrrr.
api_assignment_extend rrrrrrrrro.rrrrrr.
api_assignment_end    rrrrrrrrro.rrrrrr.
api_mine              oooooooooo.oooooo.
api_schema            oooooooooo.oooooo.
reference             oooooooooo.oooooo.
"""
