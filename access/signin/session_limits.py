"""Time limits of sessions. A test compares them with docs/operations/sign-in.md.

The settings import this module, so it must not import anything that needs settings.
"""

LOCKED_AFTER_SECONDS = 15 * 60  # after this time without activity, the person must unlock the session
ENDED_AFTER_SECONDS = 60 * 60  # after this time without activity, the session ends
LONGEST_SECONDS = 10 * 60 * 60  # after this time the session ends, even with activity
NOTED_EVERY_SECONDS = 60  # least time between two updates of a session's last activity in the database
UNLOCK_TRIES = 5
