"""Who asks a question about a look, and takes it away at its term: the night's jobs alone."""

from access.locks import JOBS, Grant, Lock

QUESTIONS = Lock("tenants_lookquestion", (Grant(JOBS, "SELECT, DELETE"),))
FUNCTIONS = (
    ("tenants_ask_about(text, date)", (JOBS,)),
    ("tenants_days_to_watch(integer)", (JOBS,)),
)
