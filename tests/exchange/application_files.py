"""Builds small files of housing applications. All people are invented."""

import io
from dataclasses import dataclass
from datetime import date

from allocations.models import LegalFigure
from exchange.applications.csv_sheet import APPLICATIONS
from exchange.applications.reader import RefusedFile, read_applications
from exchange.applications.report import Report
from tests.allocations.builders import enter_figures
from tests.builders import OWNER

TODAY = date(2026, 11, 30)
NUMBER = "0990926000001AB1CD"
OTHER_NUMBER = "0990926000002AB1CD"


@dataclass(frozen=True)
class MemoryFile:
    content: bytes

    def open(self, _mode="rb"):
        return io.BytesIO(self.content)


def enter_missing_figures() -> None:
    if not LegalFigure.objects.using(OWNER).exists():
        enter_figures()


def read_all(content):
    """Return (records, report) of a file. If the file is refused, the records are those before the first error."""
    if isinstance(content, str):
        content = content.encode()
    report, records = Report(), []
    try:
        for record in read_applications(MemoryFile(content), today=TODAY, report=report):
            records.append(record)
    except RefusedFile as refused:
        assert refused.report is report
    return records, report


def errors(content):
    """Return (line, column or element, reason) of each error."""
    _records, report = read_all(content)
    return [(each.line, each.column, each.reason) for each in report.rejects.listed]


# --- CSV ---


PRINCIPAL = {
    "demande": NUMBER,
    "lien": "principal",
    "naissance": "12/03/1985",
    "nom": "Exemplier",
    "prenom": "Anne",
    "depot": "15/09/2026",
}
CHILD = {"demande": NUMBER, "lien": "child", "naissance": "2015-06-02", "garde": "full"}


def csv_file(*rows, names=None, separator=";"):
    names = names or APPLICATIONS.names
    lines = [separator.join(names), *(separator.join(row.get(name, "") for name in names) for row in rows)]
    return "\r\n".join(lines) + "\r\n"


# --- XML ---

HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n'
PERSON = (
    '<n:civilite code="1"/><n:nom>Exemplier</n:nom><n:prenom>Anne</n:prenom>'
    "<n:dateNaissance>1985-03-12</n:dateNaissance>"
)
PARTNER = PERSON.replace("Anne", "Louis") + '<n:lienDemandeur code="M"/>'


def application(number=NUMBER, filed="2026-09-15", person=PERSON, people="", more=""):
    """Return the XML of one application: four lines, the last without a line break."""
    return (
        f"<n:demande><n:demandeLogement><n:numUnique>{number}</n:numUnique>\n"
        f"<n:dateCreationDemande>{filed}</n:dateCreationDemande>\n"
        f"<n:personnePhysique><n:demandeur>{person}</n:demandeur>{people}\n"
        f"</n:personnePhysique>{more}</n:demandeLogement></n:demande>"
    )


def xml_file(*applications, header=HEADER, version="02.00", head=""):
    """Return a file whose first application begins at line 3."""
    return (
        f'{header}<n:interfaceNuu versionInterface="{version}" xmlns:n="http://nuu.application.i2/">'
        f"<n:entete><n:dateFichier>2026-11-29T16:54:06.339+01:00</n:dateFichier>{head}</n:entete>\n"
        + "\n".join(applications)
        + "</n:interfaceNuu>"
    )
