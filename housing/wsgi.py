"""The web process. It refuses to start without its keys, or if the database protections are incomplete."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "housing.settings")
application = get_wsgi_application()

import screening  # noqa: E402  (likewise)
from access.startup import refuse_unsafe_house  # noqa: E402  (needs the apps, which the line above loads)

refuse_unsafe_house()
# Load the screening before the first request, then exclude its objects from garbage collection.
screening.prepare()
gc.freeze()
