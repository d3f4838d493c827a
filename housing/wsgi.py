"""The web process. It refuses to start where the locks would not hold, or without its keys."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "housing.settings")
application = get_wsgi_application()

from access.startup import refuse_unsafe_house  # noqa: E402  (needs the apps, which the line above loads)
from privacy import screening  # noqa: E402  (likewise)

refuse_unsafe_house()
# Before the first request: nobody waits for it. What is loaded stays, and the garbage collector need not walk it again.
screening.prepare()
gc.freeze()
