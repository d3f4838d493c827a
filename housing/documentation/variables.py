"""Lists every environment variable that Loge reads, with its default and its meaning. docs/reference/settings.md is
generated from this list."""

from typing import NamedTuple


class Variable(NamedTuple):
    """An environment variable that Loge reads. `secret`: the value may instead be in a file. A second variable with the
    suffix `_FILE` then names this file."""

    name: str
    default: str
    meaning: str
    secret: bool = False


VARIABLES = (
    Variable(
        "DATABASE_URL",
        "`{instance}_web` on the local socket",
        "database login of the web processes, which can read no tenant's data by itself",
        secret=True,
    ),
    Variable("LOGE_TRACE_URL", "`{instance}_trace`", "login that only inserts events into the audit log", secret=True),
    Variable(
        "LOGE_OWNER_URL",
        "`{instance}_owner`",
        "login that owns the tables, for migrations and `provision`",
        secret=True,
    ),
    Variable("LOGE_JOBS_URL", "`{instance}_jobs`", "login of imports and of the jobs that run at night", secret=True),
    Variable(
        "LOGE_PRUNE_URL",
        "`{instance}_prune`",
        "login that deletes the audit log's months after the retention period",
        secret=True,
    ),
    Variable(
        "LOGE_SEAL_URL",
        "`{instance}_seal`",
        "login of the sealer only: reads the audit log, and adds leaves and checkpoints",
        secret=True,
    ),
    Variable(
        "LOGE_CACHE_URL",
        "`{instance}_cache`",
        "login of the shared cache, which counts failed sign-ins and lists used one-time codes",
        secret=True,
    ),
    Variable(
        "LOGE_STANDBY_URL",
        "none: all pages read from the primary",
        "a hot standby from which some pages read, with the login of `DATABASE_URL` (docs/operations/cluster.md)",
        secret=True,
    ),
    Variable("LOGE_BACKUP_URL", "none", "login of `backup`, which reads all rows", secret=True),
    Variable(
        "LOGE_CARD_URL",
        "none",
        "login of the caretakers' web process: `provision` sets its password, and the process gets the same URL as "
        "`DATABASE_URL`",
        secret=True,
    ),
    Variable(
        "LOGE_CONTINGENT_URL",
        "none",
        "the same for the web process of reserving bodies' employees, who can sign in to no other process",
        secret=True,
    ),
    Variable(
        "LOGE_IMPORTS_URL",
        "none",
        "the same for `manage.py run_imports`, which imports large files in the background",
        secret=True,
    ),
    Variable(
        "LOGE_SUPER_URL",
        "none",
        "login that may create roles and databases, for `provision` and `restore` only",
        secret=True,
    ),
    Variable(
        "LOGE_INSTANCE",
        "`loge`",
        "prefix of the database roles' names, so that one server can serve several landlords",
    ),
    Variable("LOGE_HOUSE_NAME", "an invented landlord", "the landlord's name, shown on every page"),
    Variable(
        "LOGE_STAFF_DOMAINS",
        "any domain",
        "domains of employees' email addresses, separated by commas: no other address gets a role of the landlord's "
        "staff",
    ),
    Variable(
        "LOGE_ACCESSIBILITY_CONTACT",
        "the access administrator",
        "email address, shown on `/accessibilite/`, for people who cannot use a page",
    ),
    Variable(
        "LOGE_SECURITY_CONTACT",
        "none: 404",
        "address for reports of vulnerabilities, in `/.well-known/security.txt`: an email address, `https:` or `tel:`",
    ),
    Variable("LOGE_SECRET_KEY", "none", "secret of at least 50 characters that signs sessions", secret=True),
    Variable("LOGE_KEYS", "none", "file of the keys that encrypt bank details (docs/operations/keys.md)"),
    Variable(
        "LOGE_SEAL_KEYS",
        "none",
        "file of the keys that sign the audit log, for the sealer only and no web process (docs/operations/keys.md)",
    ),
    Variable(
        "LOGE_WITNESSES",
        "none",
        "file of the witnesses that sign checkpoints, one `address key` per line (docs/operations/running.md); if "
        "web processes have it too, evidence packs contain the witnesses' keys",
    ),
    Variable(
        "LOGE_ERASURES",
        "none: nothing is erased or restored",
        "file that lists erased data, kept apart from the database and its backups; `restore` and `after_restore` "
        "read it",
    ),
    Variable(
        "LOGE_WITHDRAWN",
        "none: nothing is restored",
        "file in which the sealer lists ended accesses and removed sign-in methods, kept apart from the database and "
        "its backups; `restore` and `after_restore` read it",
    ),
    Variable(
        "LOGE_TILES",
        "nothing is published",
        "folder in which the sealer publishes the log's tiles and checkpoint (docs/operations/running.md)",
    ),
    Variable(
        "LOGE_RETENTION",
        "twelve months",
        "file with the landlord's reasons for keeping the audit log longer, 36 months at most "
        "(docs/operations/running.md)",
    ),
    Variable(
        "LOGE_HOSTS",
        "localhost",
        "host names of the site, separated by commas; with any other than localhost, the system checks are strict",
    ),
    Variable("LOGE_ORIGINS", "none", "URLs of the site with `https://`, separated by commas"),
    Variable("LOGE_HTTPS", "0", "1: cookies are sent over HTTPS only, and HSTS lasts a year"),
    Variable(
        "LOGE_PROXIES",
        "127.0.0.1,::1",
        "proxies whose headers Loge trusts for the client's address and for HTTPS",
    ),
    Variable("LOGE_BIND", "127.0.0.1:8000", "address and port on which gunicorn listens"),
    Variable("LOGE_WORKERS", "2", "number of web processes"),
    Variable("LOGE_THREADS", "4", "number of threads of each web process"),
    Variable(
        "LOGE_QUEUE",
        "12",
        "number of requests that may wait for a thread of each process; further ones get 503 with Retry-After",
    ),
    Variable("LOGE_STATIC_ROOT", "`.local/static`", "folder into which `collectstatic` copies static files"),
    Variable("LOGE_EMAIL_HOST", "emails are printed in the terminal", "mail server, reached with STARTTLS"),
    Variable("LOGE_EMAIL_PORT", "587", "port of the mail server"),
    Variable("LOGE_EMAIL_USER", "none", "user name at the mail server"),
    Variable("LOGE_EMAIL_PASSWORD", "none", "password at the mail server", secret=True),
    Variable("LOGE_EMAIL_FROM", "loge@localhost", "sender's address of Loge's emails"),
    Variable(
        "LOGE_LOG_LEVEL",
        "INFO; WARNING under `./dev`",
        "INFO writes one line per request (docs/operations/logs.md)",
    ),
    Variable("LOGE_API_A_MINUTE", "300", "maximum number of API requests per minute for each person or machine"),
    Variable("LOGE_SEARCHES_A_MINUTE", "60", "maximum number of searches per minute on pages for each person"),
    Variable(
        "LOGE_ACCOUNTS_AN_HOUR",
        "300",
        "maximum number of different accounts that one person may open in an hour",
    ),
    Variable(
        "LOGE_ADJUSTMENT_ALONE_UP_TO",
        "150",
        "maximum in euros that one person may write off on an account in thirty days; a second officer must approve "
        "more. `provision` copies the value into the database",
    ),
    Variable(
        "LOGE_CONTACT_AGAIN_AFTER",
        "7",
        "days until an account in arrears returns to the list of accounts to contact, if the tenant was reached or "
        "was offered an adviser; 92 at most",
    ),
    Variable(
        "LOGE_LEAKED_PASSWORDS",
        "none",
        "file of SHA-1 hashes of leaked passwords, sorted, one per line: new passwords that are in it are refused",
    ),
    Variable(
        "LOGE_OIDC_ISSUER",
        "no directory",
        "issuer of the landlord's OpenID Connect directory, exactly as the directory writes it "
        "(docs/operations/sign-in.md)",
    ),
    Variable("LOGE_OIDC_CLIENT", "no directory", "Loge's client identifier in the directory"),
    Variable("LOGE_OIDC_SECRET", "none", "Loge's client secret in the directory", secret=True),
    Variable("LOGE_OIDC_NAME", "the landlord's directory", "the directory's name on the sign-in button"),
    Variable(
        "LOGE_OIDC_BY_EMAIL",
        "0",
        "1: at the first sign-in, a person is identified by the email address that the directory has verified",
    ),
    Variable(
        "LOGE_OIDC_ACR",
        "any",
        "required assurance levels (`acr`), separated by commas; other sign-ins are refused",
    ),
    Variable(
        "LOGE_OIDC_IDP",
        "any",
        "accepted identity providers of a federation (`idp_id`), separated by commas; other sign-ins are refused",
    ),
    Variable(
        "LOGE_OIDC_SECOND",
        "none",
        "values of `acr` or `amr` that prove a second factor, separated by commas; without one of them, Loge asks "
        "for its own second factor",
    ),
    Variable(
        "LOGE_METRICS_ALLOW",
        "nobody",
        "addresses and networks that may read `/mesures` and `/sante/fond` without a token",
    ),
    Variable(
        "LOGE_METRICS_TOKEN",
        "none",
        "token with which any address may read `/mesures` and `/sante/fond`",
        secret=True,
    ),
    Variable(
        "PROMETHEUS_MULTIPROC_DIR",
        "each process has its own figures",
        "empty folder through which the web processes add up their figures",
    ),
    Variable(
        "LOGE_BACKUP_STAMP",
        "the backup's age is not checked",
        "file that `backup` touches; `/sante/fond` reports a problem when it is older than 26 hours",
    ),
    Variable(
        "LOGE_REGISTRY_RECIPIENT",
        "none: nothing is exported",
        "public age key (`age1…`) of the person who uploads to the national register: `export_decisions` encrypts "
        "its files for this person",
    ),
    Variable(
        "LOGE_PG_BIN",
        "the system's PostgreSQL, or that of the Python package",
        "folder of PostgreSQL's programs; `backup` and `restore` accept only `pg_dump` and `pg_restore` of the "
        "server's own version",
    ),
    Variable(
        "LOGE_DEMO",
        "0",
        "1: the invented landlord with sign-in without a password, only on loopback addresses and without a proxy; "
        "refused on a public host",
    ),
    Variable("LOGE_DEBUG", "0", "1: error pages show the code; refused on a public host"),
)
