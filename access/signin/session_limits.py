"""Time limits of sessions. A test compares them with docs/operations/sign-in.md.

The settings import this module, so it must not import anything that needs settings.
"""

LOCKED_AFTER_SECONDS = 15 * 60  # A session not used for LOCKED_AFTER_SECONDS is locked.
ENDED_AFTER_SECONDS = 60 * 60  # A session not used for ENDED_AFTER_SECONDS ends.
LONGEST_SECONDS = 10 * 60 * 60  # A session ends LONGEST_SECONDS after sign-in at the latest, even if in use.
NOTED_EVERY_SECONDS = 60  # A session's last use is stored once every NOTED_EVERY_SECONDS at most.
UNLOCK_TRIES = 5
