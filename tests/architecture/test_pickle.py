"""Loge never unpickles data from the database or from a cookie, because unpickling executes code in the data."""

import ast
from importlib import import_module

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.backends import db
from django.contrib.sessions.serializers import JSONSerializer
from django.core.cache import caches
from django.utils.module_loading import import_string

from housing.shared_cache import SignedJsonCache
from tests.architecture.source import ROOT, files, imports, walk

UNPICKLING = (
    "pickle",
    "cPickle",
    "_pickle",
    "marshal",
    "shelve",
    "dill",
    "cloudpickle",
    "joblib",
    "jsonpickle",
    "yaml",
)
QUEUES = ("celery", "django-q", "huey", "rq", "dramatiq", "django-picklefield", "apscheduler")
# Functions of other modules that read or write pickles, such as `pandas.read_pickle`. The code calls none of them.
CALLS = ("read_pickle", "to_pickle", "set_pickle", "loads_pickle")


def test_every_cache_holds_signed_json():
    assert settings.CACHES
    for alias in settings.CACHES:
        assert type(caches[alias]) is SignedJsonCache, alias


def test_sessions_and_messages_are_json():
    store = import_module(settings.SESSION_ENGINE).SessionStore
    assert issubclass(store, db.SessionStore) and store().serializer is import_string(settings.SESSION_SERIALIZER)
    assert import_string(settings.SESSION_SERIALIZER) is JSONSerializer
    assert issubclass(import_string(settings.MESSAGE_STORAGE), CookieStorage)


def test_no_module_imports_an_unpickler():
    unpicklers = [
        f"{name}:{line} {module}"
        for name, tree in files().items()
        for line, module in imports(tree)
        if module.partition(".")[0] in UNPICKLING
    ]
    assert unpicklers == []


def test_no_other_serializer_signs_and_no_array_loads_pickles():
    uses = [
        f"{name}:{node.lineno}"
        for name, tree in files().items()
        for node in walk(tree)
        if (isinstance(node, ast.keyword) and node.arg in ("serializer", "allow_pickle"))
        or (isinstance(node, ast.Attribute) and node.attr in CALLS)
        or (isinstance(node, ast.Name) and node.id in CALLS)
    ]
    assert uses == []


def test_no_task_queue_with_pickled_messages_is_installed():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").lower().splitlines()
    assert len(lines) > 10
    assert [line for line in lines if line.startswith(QUEUES)] == []
    assert not hasattr(settings, "TASKS"), "name the backend here, and check that its messages are JSON"
