"""Measures the import of a landlord's files into an empty database, as a landlord does when it begins to use Loge.

`populate` invents the landlord, and `export_portfolio` writes its files.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from pyrage import decrypt_io, x25519

from access.models import Person
from demo.populate.filling import populate
from exchange.portfolio.writing import export_portfolio
from tests.bench.commands import run_command
from tests.bench.copying import cloned, empty_database
from tests.bench.measure import Finding
from tests.builders import OWNER, run

# Months of ledger entries. Landlords usually bring more; the lines per second then give an estimate of the time.
MONTHS = 3


def importing(leases: int) -> Iterator[Finding]:
    """Measure the import of `leases` invented leases, with their dwellings, tenants, accounts and staff."""
    with empty_database() as empty, TemporaryDirectory() as folder:
        with cloned(empty):
            populate(leases, 1, months=MONTHS, by="bench")
            files, lines = export(Path(folder))
        with cloned(empty) as name:
            command = run_command(name, "import_portfolio", str(files))
            assert run("SELECT count(*) FROM tenants_lease") == [(leases,)]
    a_second = lines / command.seconds
    print(f"\nImport of {leases:,} leases: {command.seconds:.0f} s, {a_second:,.0f} lines per second", flush=True)
    note = f"{lines:,} lines, {MONTHS} months of entries; {command.megabytes:.0f} MB"
    yield Finding(f"Import of a landlord of {leases:,} leases", command.seconds, unit="s", note=note)
    yield Finding("Lines imported per second", a_second, unit="per second", note="read, checked and stored")


def export(folder: Path) -> tuple[Path, int]:
    """Export the current database. Returns the folder of the decrypted files, and how many lines they have."""
    identity, (sealed, files) = x25519.Identity.generate(), (folder / "sealed", folder / "files")
    by, approved_by = (
        Person.objects.using(OWNER).filter(assignments__role=role)[0] for role in ("access_administrator", "dpo")
    )
    exported = export_portfolio(sealed, recipient=str(identity.to_public()), by=by, approved_by=approved_by)
    files.mkdir()
    for path in sealed.iterdir():
        with path.open("rb") as source, (files / path.stem).open("wb") as target:
            decrypt_io(source, target, [identity])
        path.unlink()
    return files, exported.lines
