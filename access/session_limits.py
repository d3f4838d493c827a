"""How long a session lasts. docs/sign-in.md says the same, and a test compares.

Read by the settings: it imports nothing.
"""

LOCKED_AFTER_SECONDS = 15 * 60  # of quiet: the same person goes on with a key or a password
ENDED_AFTER_SECONDS = 60 * 60  # of quiet: one enters anew
LONGEST_SECONDS = 10 * 60 * 60  # whatever one does
NOTED_EVERY_SECONDS = 60  # that somebody was there: a line is written once a minute, not at each page
UNLOCK_TRIES = 5
