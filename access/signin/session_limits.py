"""Time limits of sessions. A test compares them with docs/operations/sign-in.md.

The settings import this module, so it imports nothing.
"""

LOCKED_AFTER_SECONDS = 15 * 60  # without activity; then the same person unlocks it with a key or the password
ENDED_AFTER_SECONDS = 60 * 60  # without activity; then a new sign-in is needed
LONGEST_SECONDS = 10 * 60 * 60  # regardless of activity
NOTED_EVERY_SECONDS = 60  # activity is written at most this often, not on each request
UNLOCK_TRIES = 5
