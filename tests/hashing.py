"""Argon2 as the house uses it, in the least memory and time it takes: a suite that hashes a thousand passwords would
spend minutes on what is slow on purpose. `tests/asvs/test_sessions.py` holds the house's own to its cost, and stories
(tests/stories/conftest.py) sign in through it."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Light(Argon2PasswordHasher):
    time_cost, memory_cost, parallelism = 1, 8, 1
