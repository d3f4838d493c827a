"""The WSGI application of the web process. The process refuses to start if encryption keys are missing or if a table
has no row-level security."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "housing.settings")

from housing.serving.frames import with_large_frame  # its package reads the settings

application = with_large_frame(get_wsgi_application())

import screening  # noqa: E402  (likewise)
from access.startup import refuse_unsafe_house  # noqa: E402  (needs the apps, which the line above loads)
from housing.monitoring import health  # noqa: E402  (likewise)

refuse_unsafe_house()
# Otherwise the first requests would wait until all views and migrations are imported.
health.prepare()
# Load word lists and weights of the text screening before gc.freeze(), so that the garbage collector skips them.
screening.prepare()
gc.freeze()
