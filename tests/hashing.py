"""A cheap Argon2 hasher for tests.

With the real cost, the suite would spend minutes on hashing a thousand passwords. `tests/asvs/test_sessions.py` checks
the cost of the real hasher, and tests/e2e/conftest.py signs in with the real one.
"""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Light(Argon2PasswordHasher):
    time_cost, memory_cost, parallelism = 1, 8, 1
