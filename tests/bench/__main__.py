"""./dev bench: which server, which machine, then the ratios."""

import os
import platform
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "housing.settings")
django.setup()

from tests.bench import locks  # noqa: E402  (needs the apps)
from tests.bench.landlord import large_landlord  # noqa: E402
from tests.bench.pages import pages  # noqa: E402
from tests.builders import run  # noqa: E402


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}"


def main() -> None:
    start = time.perf_counter()
    with large_landlord() as landlord:
        [(version, fsync)] = run("SELECT current_setting('server_version'), current_setting('fsync')")
        [(residences,)] = run("SELECT count(*) FROM tenants_residence")
        print(f"PostgreSQL {version} (fsync {fsync}), {machine()}; {residences:,} residences.")
        print(f"Made in {time.perf_counter() - start:.0f} s. Each ratio is to the first line of its group.")
        locks.opening_an_account(landlord)
        locks.caretakers_questions(landlord)
        locks.guardian(landlord)
        locks.trace(landlord)
        pages(landlord)
    print(f"\n{time.perf_counter() - start:.0f} s in all.")


main()
