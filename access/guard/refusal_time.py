"""Delays each refusal until a whole number of time slots has passed since the request arrived.

Otherwise the response time would reveal whether a hidden object exists: the 404 for an object that does not exist comes
0.2 to 0.5 ms sooner.
"""

import time

from django.conf import settings


def wait_for_slot(started: float) -> None:
    """Sleep until a whole number of time slots has passed since `started`.

    `started` is the time.monotonic() at which the request arrived. Must be called outside a transaction, which would
    otherwise stay open during the sleep.
    """
    slot = settings.REFUSAL_SLOT
    if slot:
        time.sleep(-(time.monotonic() - started) % slot)
