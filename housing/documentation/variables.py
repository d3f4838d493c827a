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
        "the web process's login: reads no resident by itself",
        secret=True,
    ),
    Variable("LOGE_TRACE_URL", "`{instance}_trace`", "inserts events of the audit log, and nothing else", secret=True),
    Variable("LOGE_OWNER_URL", "`{instance}_owner`", "owns the tables; migrations and `provision`", secret=True),
    Variable("LOGE_JOBS_URL", "`{instance}_jobs`", "loads, and makes the months of the audit log", secret=True),
    Variable("LOGE_PRUNE_URL", "`{instance}_prune`", "drops months of the audit log older than twelve", secret=True),
    Variable(
        "LOGE_SEAL_URL",
        "`{instance}_seal`",
        "reads the audit log and adds leaves and checkpoints: the sealer alone",
        secret=True,
    ),
    Variable(
        "LOGE_CACHE_URL",
        "`{instance}_cache`",
        "the shared cache: how often somebody tried to sign in, which code has served",
        secret=True,
    ),
    Variable(
        "LOGE_STANDBY_URL",
        "none: all pages read from the primary",
        "a hot standby from which some pages read, with the login of `DATABASE_URL` (docs/operations/cluster.md)",
        secret=True,
    ),
    Variable("LOGE_BACKUP_URL", "none", "reads all rows for `backup`", secret=True),
    Variable(
        "LOGE_CARD_URL",
        "none",
        "the caretakers' own process's login: `provision` takes its password from here, the process gets it as "
        "`DATABASE_URL`",
        secret=True,
    ),
    Variable(
        "LOGE_CONTINGENT_URL",
        "none",
        "the same for the process of people from reserving bodies, who can sign in nowhere else",
        secret=True,
    ),
    Variable("LOGE_SUPER_URL", "none", "may create roles and databases: `provision` and `restore` alone", secret=True),
    Variable("LOGE_INSTANCE", "`loge`", "prefix of the roles' names, so that two landlords fit on one server"),
    Variable("LOGE_HOUSE_NAME", "an invented landlord", "the landlord's name, on every page"),
    Variable(
        "LOGE_ACCESSIBILITY_CONTACT",
        "the access administrator",
        "address to which somebody whom a page stops may write, on `/accessibilite/`",
    ),
    Variable(
        "LOGE_SECURITY_CONTACT",
        "none: 404",
        "address to which vulnerabilities are reported, in `/.well-known/security.txt`: e-mail, `https:` or `tel:`",
    ),
    Variable("LOGE_SECRET_KEY", "none", "the secret that signs sessions; 50 signs or more", secret=True),
    Variable("LOGE_KEYS", "none", "the ring that seals bank details (docs/operations/keys.md)"),
    Variable(
        "LOGE_SEAL_KEYS",
        "none",
        "the keys that sign the log (docs/operations/keys.md): in the sealer's environment, and in no web process's",
    ),
    Variable(
        "LOGE_WITNESSES",
        "none",
        "file of the witnesses to whom checkpoints are offered, `address key` a line (docs/operations/running.md); "
        "given to the web as well, packs say their keys",
    ),
    Variable(
        "LOGE_ERASURES",
        "none: nothing is destroyed or restored",
        "file of what was destroyed, kept away from the database and its copies; `restore` and `after_restore` read it",
    ),
    Variable(
        "LOGE_WITHDRAWN",
        "none: nothing is restored",
        "file in which the sealer writes down each access that ends and each way in that is taken away, kept away "
        "from the database and its copies; `restore` and `after_restore` read it",
    ),
    Variable(
        "LOGE_TILES",
        "nothing is published",
        "folder in which the sealer writes the log's tiles and checkpoint for strangers (docs/operations/running.md)",
    ),
    Variable(
        "LOGE_RETENTION",
        "twelve months",
        "file in which the landlord says why the log is kept longer, 36 months at most (docs/operations/running.md)",
    ),
    Variable(
        "LOGE_HOSTS",
        "localhost",
        "the site's names, with commas; any other than localhost makes start-up strict",
    ),
    Variable("LOGE_ORIGINS", "none", "the site's addresses with `https://`, with commas"),
    Variable("LOGE_HTTPS", "0", "1: cookies only over HTTPS, and HSTS for a year"),
    Variable("LOGE_PROXIES", "127.0.0.1,::1", "proxies whose word on HTTPS is taken"),
    Variable("LOGE_BIND", "127.0.0.1:8000", "where gunicorn listens"),
    Variable("LOGE_WORKERS", "2", "processes"),
    Variable("LOGE_THREADS", "4", "threads of each"),
    Variable("LOGE_QUEUE", "20", "requests that wait for a thread of each process; more get 503 with Retry-After"),
    Variable("LOGE_STATIC_ROOT", "`.local/static`", "where `collectstatic` puts style sheets and pictures"),
    Variable("LOGE_EMAIL_HOST", "mail to the terminal", "mail server, spoken to with STARTTLS"),
    Variable("LOGE_EMAIL_PORT", "587", "its port"),
    Variable("LOGE_EMAIL_USER", "none", "the name it knows Loge by"),
    Variable("LOGE_EMAIL_PASSWORD", "none", "the password that goes with it", secret=True),
    Variable("LOGE_EMAIL_FROM", "loge@localhost", "who the letters come from"),
    Variable(
        "LOGE_LOG_LEVEL", "INFO; WARNING under `./dev`", "INFO writes one line a request (docs/operations/logs.md)"
    ),
    Variable("LOGE_API_A_MINUTE", "300", "requests a minute to the API, for each person or machine"),
    Variable("LOGE_SEARCHES_A_MINUTE", "60", "searches a minute on pages, for each person"),
    Variable("LOGE_ACCOUNTS_AN_HOUR", "300", "different accounts that one person may be shown in an hour"),
    Variable(
        "LOGE_ADJUSTMENT_ALONE_UP_TO",
        "150",
        "euros that one person may take off an account in thirty days without money coming in; past them another "
        "officer of the place decides. Read by `provision`, which writes it into the database",
    ),
    Variable(
        "LOGE_CONTACT_AGAIN_AFTER",
        "7",
        "days after which an account in arrears comes back to the list of accounts to contact, once the tenant was "
        "reached or was offered an adviser; 92 at most",
    ),
    Variable(
        "LOGE_LEAKED_PASSWORDS",
        "none",
        "file of the SHA-1 of leaked passwords, in order, one a line: a new password that stands there is refused",
    ),
    Variable(
        "LOGE_OIDC_ISSUER",
        "no directory",
        "the landlord's directory (OpenID Connect): its issuer, to the letter (docs/operations/sign-in.md)",
    ),
    Variable("LOGE_OIDC_CLIENT", "no directory", "our name there"),
    Variable("LOGE_OIDC_SECRET", "none", "the secret that goes with it", secret=True),
    Variable("LOGE_OIDC_NAME", "the landlord's directory", "what people call it, on the button"),
    Variable(
        "LOGE_OIDC_BY_EMAIL",
        "0",
        "1: somebody not yet tied is found by an address that the directory has verified",
    ),
    Variable(
        "LOGE_OIDC_ACR",
        "any",
        "levels of assurance (`acr`), with commas, asked of the directory; whoever comes with another does not enter",
    ),
    Variable(
        "LOGE_OIDC_IDP",
        "any",
        "providers of a federation (`idp_id`), with commas: whoever another vouches for does not enter",
    ),
    Variable(
        "LOGE_OIDC_SECOND",
        "none",
        "values of `acr` or `amr`, with commas, that stand for a second factor; else ours is asked for too",
    ),
    Variable(
        "LOGE_METRICS_ALLOW",
        "nobody",
        "addresses and networks that may read `/mesures` and `/sante/fond` directly",
    ),
    Variable("LOGE_METRICS_TOKEN", "none", "a token that may read them from anywhere", secret=True),
    Variable(
        "PROMETHEUS_MULTIPROC_DIR",
        "each process counts alone",
        "an empty folder in which the processes' figures add up",
    ),
    Variable(
        "LOGE_BACKUP_STAMP",
        "no promise",
        "file whose age is the newest backup's; `/sante/fond` tells when it is over 26 hours",
    ),
    Variable(
        "LOGE_REGISTRY_RECIPIENT",
        "none: nothing is exported",
        "public age key (`age1…`) of whoever uploads to the national register: `export_decisions` encrypts its files "
        "for it",
    ),
    Variable(
        "LOGE_PG_BIN",
        "where systems install them, PostgreSQL's wheel",
        "folder of PostgreSQL's programs; `backup` and `restore` take `pg_dump` and `pg_restore` of the server's "
        "own version, and no other",
    ),
    Variable(
        "LOGE_DEMO",
        "0",
        "1: the invented landlord, entered without a password: it listens on loopback alone, behind no proxy; "
        "refused on a public host",
    ),
    Variable("LOGE_DEBUG", "0", "1: errors show the code; refused on a public host"),
)
