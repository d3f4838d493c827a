"""Who reads and adds what of the residents: one policy a database role, each driven by its own table's place.

A module for each matter, and in `rules` what several say alike. What somebody is told of themselves is read from most
of these tables: `disclosed` adds that to each.
"""

from django.conf import settings

from tenants.locks import (
    books,
    contests,
    disclosed,
    emergencies,
    facts,
    homes,
    inherited,
    inspected,
    people,
    questions,
    walls,
)

_MATTERS = (people, homes, books, facts, contests, inherited, emergencies, walls, questions, inspected, disclosed)

LOCKS = tuple(disclosed.disclosing(lock) for matter in _MATTERS for lock in matter.LOCKS)
FUNCTIONS = tuple(function for matter in _MATTERS for function in matter.FUNCTIONS)
FIGURES = (("tenants_alone_up_to()", lambda: settings.ADJUSTMENT_ALONE_UP_TO * 100),)
