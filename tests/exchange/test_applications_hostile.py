"""Broken files of housing applications must be refused. Loge must not store or log values that it has no field for."""

import logging
import re
import tracemalloc

import pytest

from exchange.applications import xml_stream
from exchange.applications.dropped import NAMES
from exchange.applications.reader import RefusedFile, read_applications
from exchange.applications.report import Report
from tests.exchange.application_files import (
    CHILD,
    HEADER,
    PERSON,
    PRINCIPAL,
    TODAY,
    MemoryFile,
    application,
    csv_file,
    errors,
    read_all,
    xml_file,
)

CANARY = "Canari-Zébulon"
DTD = f'<!DOCTYPE n:interfaceNuu [<!ENTITY x "{CANARY}">]>\n'
EXTERNAL = '<!DOCTYPE n:interfaceNuu SYSTEM "file:///etc/passwd">\n'
PARAMETER = '<!DOCTYPE n:interfaceNuu [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>\n'
LAUGHS = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>\n'


def deep(depth):
    return "<n:x>" * depth + CANARY + "</n:x>" * depth


# Case -> (content of the file, line of the error, reason of the refusal).
HOSTILE = {
    "entity": (xml_file(application(), header=HEADER + DTD), 2, "xml_dtd"),
    "external DTD": (xml_file(application(), header=HEADER + EXTERNAL), 2, "xml_dtd"),
    "parameter entity": (xml_file(application(), header=HEADER + PARAMETER), 2, "xml_dtd"),
    "a million laughs": (xml_file(application(), header=HEADER + LAUGHS), 2, "xml_dtd"),
    "undeclared entity": (xml_file(application(person=f"<n:nom>&{'x' * 8};</n:nom>")), 5, "xml_syntax"),
    "cut off": (xml_file(application())[:-100], 5, "xml_syntax"),
    "not closed": (xml_file(application(person=f"<n:nom>{CANARY}</n:prenom>")), 5, "xml_syntax"),
    "second root": (xml_file(application()) + f"<x>{CANARY}</x>", 6, "xml_syntax"),
    "attribute twice": (xml_file(application(person='<n:civilite code="1" code="2"/>')), 5, "xml_syntax"),
    "control character": (xml_file(application(person=f"<n:nom>{CANARY}\x07</n:nom>")), 5, "xml_syntax"),
    "invalid UTF-8": (xml_file(application(person="<n:nom>Z\xeb</n:nom>")).encode("latin-1"), 5, "xml_syntax"),
    "UTF-16": (xml_file(application(), header="").encode("utf-16"), 1, "xml_encoding"),
    "UTF-16 without a mark": (xml_file(application(), header="").encode("utf-16-le"), 1, "xml_encoding"),
    "UTF-7": (xml_file(application(), header=HEADER.replace("UTF-8", "UTF-7")), 1, "xml_encoding"),
    "Windows-1252": (xml_file(application(), header=HEADER.replace("UTF-8", "windows-1252")), 1, "xml_encoding"),
    "too deep": (xml_file(application(person=deep(40))), 5, "xml_depth"),
    "another root": (f"{HEADER}<html>{CANARY}</html>", 2, "xml_root"),
    "another namespace": (xml_file(application()).replace("http://nuu", "http://nnu"), 2, "xml_root"),
    "another version": (xml_file(application(), version=f"{CANARY}"), 2, "xml_version"),
    "radiations": (xml_file(application(), head="<n:typeFichier>RAD</n:typeFichier>"), 2, "xml_kind"),
    "date of the file": (xml_file(application()).replace("2026-11-29T", f"{CANARY}T"), 2, "day"),
    "huge application": (xml_file(application(person="<n:nom>x</n:nom>" * 3_000)), 5, "xml_size"),
    "huge attribute": (xml_file(application(person=f'<n:civilite code="{"x" * 3_000_000}"/>')), 5, "xml_size"),
    "huge comment": (xml_file(application(person=f"<!--{'x' * 3_000_000}-->")), 5, "xml_size"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_file_is_refused(case):
    content, line, reason = HOSTILE[case]
    records, report = read_all(content)
    rejects = [(reject.line, reject.reason) for reject in report.rejects.listed]
    assert records == [] and rejects == [(line, reason)] and CANARY not in str(report)


def test_file_larger_than_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(xml_stream, "LARGEST_FILE", 100_000)
    content = xml_file(*[application(f"099092600{number:04}AB1CD") for number in range(500)])
    assert errors(content)[-1][2] == "xml_size"


def test_errors_stop_at_the_limit():
    content = xml_file(*[application("x", filed="") for _number in range(6_000)])
    _records, report = read_all(content)
    assert len(report.rejects.listed) == 10_001 and report.rejects.listed[-1].reason == "too_many"


@pytest.mark.parametrize(
    ("encoding", "mark"), [("UTF-8", b""), ("UTF-8", b"\xef\xbb\xbf"), ("ISO-8859-1", b"")], ids=str
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_both_encodings_are_read_with_each_line_break(encoding, mark, newline):
    text = xml_file(
        application(person=PERSON.replace("Exemplier", "Éxémplier")), header=HEADER.replace("UTF-8", encoding)
    )
    content = mark + text.replace("\n", newline).encode(encoding)
    records, report = read_all(content)
    assert report.rejects.listed == [] and records[0].applicants[0].last_name == "Éxémplier"
    broken = content.replace(b"0990926000001AB1CD", b"x").replace(b"1985", b"x")
    assert [line for line, _element, _reason in errors(broken)] == [3, 5]


def test_cdata_and_comments_inside_a_value_are_read():
    person = PERSON.replace("Exemplier", "Ex<!-- x --><![CDATA[emp]]>l&#105;er")
    records, _report = read_all(xml_file(application(person=person)))
    assert records[0].applicants[0].last_name == "Exemplier"


# --- A planted word ---

FULL = xml_file(
    application(
        person=PERSON.replace("</n:prenom>", "</n:prenom><n:nomPatronymique>x</n:nomPatronymique>")
        + '<n:nir>x</n:nir><n:nationalite code="1"/><n:situationFamiliale code="M"/><n:telPortable>x</n:telPortable>'
        "<n:mel>x</n:mel><n:adressePostale><n:etranger>x</n:etranger><n:numero>1</n:numero><n:complement>x</n:complement>"
        '<n:codePostal>x</n:codePostal><n:commune code="75119"/></n:adressePostale><n:situationProfessionnelle>'
        '<n:profession>x</n:profession><n:typeContratTravail code="CDI"/><n:nomEmployeurPrincipal>x'
        "</n:nomEmployeurPrincipal></n:situationProfessionnelle><n:revenuFiscal><n:anneeMoins1>2025</n:anneeMoins1>"
        "<n:montantMoins1>1</n:montantMoins1></n:revenuFiscal><n:listeRessourceRecue><n:detailRessource>"
        '<n:ressource code="AAH"/><n:montant>1</n:montant></n:detailRessource></n:listeRessourceRecue>',
        people="<n:listePersonneACharge><n:personneACharge><n:nom>x</n:nom><n:prenom>x</n:prenom>"
        '<n:dateNaissance>2015-06-02</n:dateNaissance><n:sexe code="F"/><n:lienParente code="E"/></n:personneACharge>'
        "</n:listePersonneACharge><n:personneANaitre><n:nombre>1</n:nombre><n:dateNaissancePrevue>2027-01-01"
        "</n:dateNaissancePrevue></n:personneANaitre><n:listePersonneEnGarde><n:personneEnGarde><n:nom>x</n:nom>"
        '<n:dateNaissance>2014-01-01</n:dateNaissance><n:coParentalite code="G"/></n:personneEnGarde>'
        "</n:listePersonneEnGarde><n:listeCotitulaire><n:cotitulaire><n:nom>Exemplier</n:nom><n:dateNaissance>1984-01-01"
        '</n:dateNaissance><n:lienDemandeur code="M"/><n:profession>x</n:profession></n:cotitulaire>'
        "</n:listeCotitulaire>"
        '<n:logementActuel><n:listeModeleLogement><n:modeleLogement code="LP"/></n:listeModeleLogement>'
        "<n:surface>1</n:surface></n:logementActuel>",
        more="<n:listeMotifDemande><n:motifDemande>x</n:motifDemande></n:listeMotifDemande><n:commentaire>x"
        '</n:commentaire><n:handicap code="1">x</n:handicap><n:logementRecherche><n:listeTypeLogement>'
        '<n:typeLogement code="T3"/></n:listeTypeLogement><n:precision>x</n:precision></n:logementRecherche>',
    )
)
# Matches the applicants' names. Tests insert no forbidden word there, because the import must store names.
TAKEN = re.compile(r"<n:(?:nom|prenom)>(?:Exemplier|Anne)<")
PLACES = [match.start(1) for match in re.finditer(r'(?:code="|<n:[A-Za-z0-9]+[^<>]*>)()', FULL)]


def outcome(content, caplog):
    """Return as one text what reading a file produces: records, errors, sentences, counts, logs, exceptions."""
    report, shown = Report(), []
    with caplog.at_level(logging.DEBUG):
        try:
            shown += read_applications(MemoryFile(content.encode()), today=TODAY, report=report)
        except RefusedFile as refused:
            shown.append(refused)
    shown += [str(reject) + reject.sentence for reject in report.rejects.listed]
    return f"{shown!r} {report!r} {report.dropped.lines()} {caplog.text}"


def test_full_file_has_every_element_that_is_dropped_by_name():
    elements = set(re.findall(r"<n:([A-Za-z0-9]+)", FULL))
    assert errors(FULL) == [] and len(PLACES) > 65
    unused = {"numGuichet", "numeroSecuriteSociale", "montantMensuelLoyer", "nombreHabitant", "categorieLogement"}
    assert NAMES - elements <= unused | {"typeLogementActuel", "proprietaire", "demandeElargie", "commune"}


def test_word_planted_in_any_other_element_is_nowhere(caplog):
    planted = 0
    for place in PLACES:
        start = FULL.rfind("<", 0, place)
        if TAKEN.match(FULL, start):
            continue
        content = FULL[:place] + CANARY + FULL[place:]
        assert CANARY not in outcome(content, caplog), FULL[start : start + 40]
        planted += 1
    assert planted > 60


def test_planted_element_and_attribute_names_are_nowhere(caplog):
    for planted in (f"<n:{CANARY}>x</n:{CANARY}>", f'<n:surface {CANARY}="x"/>', f"<{CANARY}/>"):
        content = FULL.replace("<n:nir>", f"{planted}<n:nir>")
        assert CANARY not in outcome(content, caplog)


def test_word_in_a_refused_name_is_in_no_error(caplog):
    for refused in (f"={CANARY}", f"{CANARY}\u202e", CANARY * 9, f"{CANARY} est séropositif"):
        assert CANARY not in outcome(FULL.replace(">Anne<", f">{refused}<"), caplog)


def test_word_in_a_refused_cell_is_in_no_error(caplog):
    for column in PRINCIPAL.keys() | {"telephone", "courriel", "garde", "voie", "equipements", "annee_1", "revenu_1"}:
        content = csv_file(PRINCIPAL | {column: f"={CANARY}"}, CHILD)
        text = outcome(content, caplog)
        assert CANARY not in text and "demandes.csv, ligne 2" in text, column


# --- Large files ---


class GeneratedFile:
    """A file of any size, generated while it is read."""

    def __init__(self, applications):
        self.applications = applications

    def open(self, _mode="rb"):
        self._rest, self._parts = b"", self._generate()
        return self

    def _generate(self):
        head, tail = xml_file("@").split("@")
        yield head.encode()
        person = f"{PERSON}<n:note>{'x' * 4_000}</n:note>"
        for number in range(self.applications):
            yield application(f"0990926{number:06}AB1CD", person=person).encode()
        yield tail.encode()

    def read(self, size):
        while len(self._rest) < size and (part := next(self._parts, b"")):
            self._rest += part
        chunk, self._rest = self._rest[:size], self._rest[size:]
        return chunk

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return None


def peak_memory(applications):
    tracemalloc.start()
    report = Report()
    for _record in read_applications(GeneratedFile(applications), today=TODAY, report=report):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert report.applications == applications and report.dropped.elements["unknown"] == applications
    return peak


def test_memory_grows_only_by_the_numbers_of_applications():
    """The reader must store only the number of each application, to detect duplicates, and not the application itself.

    So each of 2,000 more applications, of 4,000 bytes each, may raise the peak memory by at most 400 bytes.
    """
    peak_memory(50)
    assert peak_memory(2_200) - peak_memory(200) < 2_000 * 400
