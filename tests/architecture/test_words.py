"""Every text column that people type into is screened for statements that must not be written about a person. Every
other text column is listed here with the reason why nobody can type a sentence into it."""

import ast
import re

from django.apps import apps
from django.db import models

from oversight.text_columns import TEXTS
from privacy.classes import DataClass
from privacy.registry import classified
from privacy.screened import ScreenedText
from tests.architecture.source import files, walk
from tests.builders import run
from tests.resident_tables import APPS

OURS = ("access", "audit", "buildings", "backoffice", "privacy", "exchange", *APPS)
# Text column -> why nobody can type a sentence into it. Columns with typed text are in oversight/text_columns.py.
TYPED = {
    "oversight.CountedWord.digest": "a digest",
    "access.Session.session_key": "a hash",
    "access.Session.session_data": "signed data; tests/text_inputs decodes it and searches it for words",
    "tenants.LeaseChange.before": "ids and dates, written by the action",
    "tenants.Tenant.name_key": "the normalised name",
    "buildings.Address.ban_id": "letters, digits and hyphens of a national identifier: a database constraint",
    "tenants.Tenant.phone": "digits only: a database constraint",
    "tenants.Representative.phone": "digits only: a validator",
    "allocations.Applicant.name_key": "the normalised name",
    "allocations.Applicant.phone": "digits only: a database constraint",
    "allocations.Applicant.postcode": "five digits: a database constraint",
    "allocations.Application.number": "digits and letters of a fixed shape: a database constraint",
    "allocations.Application.file_digest": "a digest",
    "allocations.GridTrial.digest": "a digest",
    "allocations.LegalFigure.source_number": "the number of an article or text: a database constraint",
    "allocations.Ceiling.source_number": "the number of an article or text: a database constraint",
    "allocations.FragileResidence.source_number": "the number of an agreement: a database constraint",
    "allocations.RegistryRow.number": "copied from the application",
    "allocations.RegistryRow.outcome": "a code: a database constraint",
    "allocations.RegistryRow.motive": "a code: a database constraint",
    "allocations.RegistryRow.postcode": "copied from the dwelling's address",
    "allocations.RegistryRow.city": "copied from the dwelling's address",
    "allocations.RegistryRun.digest": "a digest",
    "allocations.GridLine.code": "a code: a database constraint",
    "allocations.RankingKey.key": "a random key",
    "allocations.ShortlistLine.tie_break": "a digest",
    "allocations.Session.minutes_digest": "a digest",
    "allocations.Grid.source_number": "the number of an article or text: a database constraint",
    "tenants.LeaseParty.name_key": "the tenant's own key, by foreign key",
    "tenants.Residence.name_key": "the tenant's own key, by foreign key",
    "rights.SubjectRequest.look": "eight hexadecimal digits: a database constraint",
    "tenants.Account.reference": "random, from a fixed alphabet",
    "ledger.Receipt.label": "a code of entry_labels.csv; the import refuses others",
    "ledger.Entry.label": "a code of entry_labels.csv; the action refuses others",
    "ledger.Entry.reason": "a code of reasons.csv; the action refuses others",
    "ledger.WriteOff.label": "a code of entry_labels.csv; the action refuses others",
    "ledger.WriteOff.reason": "a code of reasons.csv; the action refuses others",
    "casework.FactCode.code": "a code: a database constraint",
    "casework.FactCode.theme": "a code of fact_words.csv",
    "casework.FactCode.fields": "names and types of slots: a database constraint",
    "casework.FactCode.writers": "codes of roles: a database constraint",
    "casework.FactCode.readers": "codes of roles: a database constraint",
    "casework.FactTerm.list": "the name of a list, written by a migration",
    "casework.FactTerm.code": "a code of that list, written by a migration",
    "oversight.ExposureDay.role": "the code of a role, written by a function of the database",
    "exchange.ImportRun.file": "the documented name of a file",
    "exchange.ImportRun.problem": "the name of a constraint",
    "exchange.ImportFile.file": "the documented name of a file",
    "access.RightsReview.key_id": "the id of a key of the ring",
    "access.RightsReview.signature": "a signature",
    "casework.DestructionCertificate.key_id": "the id of a key of the ring",
    "casework.DestructionCertificate.signature": "a signature",
    "casework.LegacyCommentFile.fingerprint": "a digest of a whole file",
    "casework.ContestedSentence.categories": "codes of screening categories",
    "access.Place.phone": "digits only: a validator",
    "access.Place.path": "ids, written by the database",
    "access.Person.password": "a digest",
    "access.AccessRequest.role": "a code of access/roles.py",
    "access.RoleCompartment.role": "the same, written by provision",
    "access.RoleCompartment.compartment": "a code of access/compartments.py, written by provision",
    "access.MachineToken.digest": "a digest",
    "access.SentAct.digest": "a digest",
    "access.MachineToken.hint": "the last characters of a random token",
    "audit.Event.kind": "a code of audit/events.py",
    "audit.Event.outcome": "a code of audit/events.py",
    "audit.Event.machine": "the name of a command",
    "audit.Event.role": "a code of access/roles.py",
    "audit.Event.permission": "a code of access/permissions.py",
    "audit.Event.purpose": "a code of audit/purposes.py",
    "audit.Event.route": "the name of a page",
    "audit.Event.about_kind": "the name of a model",
    "oversight.LookQuestion.rule": "a code of oversight/look_rules/rules.py",
    "oversight.LookQuestion.kind": "a code of audit/events.py",
    "oversight.LookQuestion.role": "a code of access/roles.py",
    "audit.Cosignature.witness": "the name of a witness, from the configuration",
    "audit.Erasure.digest": "a digest",
    "audit.SealKey.id": "the id of a key",
    "audit.SealKey.name": "the name of the log, from its file of keys",
    "buildings.Address.postcode": "part of an address",
    "buildings.Address.search_key": "the normalised address",
    "buildings.BuildingKey.key": "words of names and addresses, written by a trigger",
    **dict.fromkeys(
        (f"tenants.SetAsideContact.{column}" for column in ("phone", "email", "contact_name")),
        "moved from tenants.Tenant by a trigger while processing is restricted",
    ),
    "tenants.SearchKey.key": "words of normalised names, written by a trigger",
    "buildings.Programme.key": "open data about buildings",
    "buildings.Programme.source_id": "open data about buildings",
    "buildings.Programme.nature": "open data about buildings",
    "buildings.Programme.mode": "open data about buildings",
    "buildings.Unit.rpls_id": "an identifier of the national register",
    "buildings.Unit.type": "T1 to T9",
}
# These encrypted columns need no screening of their text, because they accept only an IBAN with a valid checksum.
SEALED_NUMBERS = {"ledger.BankDetail.iban"}
# Maps a JSON or binary column to the reason why the column cannot contain a sentence that somebody typed.
DOCUMENTS = {
    "oversight.Inspection.hits": "a function of the database writes names of columns and keys: "
    "tests/oversight/test_texts.py",
    "access.RightsReview.statement": "computed by the database and compared by a trigger: tests/access/test_reviews.py",
    "casework.DestructionCertificate.statement": "counted by the database: tests/casework/test_certificates.py",
    "casework.CardFact.fields": "a trigger accepts only codes, dates and numbers: tests/casework/test_facts.py",
    "casework.DwellingFact.fields": "a trigger accepts only codes, dates and numbers: tests/casework/test_facts.py",
    "casework.AccountFact.fields": "a trigger accepts only codes, dates and numbers: tests/casework/test_facts.py",
    "audit.Event.facts": "the writer accepts only ids, codes, numbers and dates: tests/architecture/test_actions.py",
    "exchange.ImportRun.report": "numbers, codes and the places of errors: tests/exchange/test_background.py",
    "exchange.ImportFile.content": "an encrypted file, which is read in screened columns only: tests/text_inputs/",
    "audit.Leaf.entry": "codes, times, pseudonyms and a digest: audit/tlog/leaf.py refuses anything else",
    "audit.Leaf.hash": "a digest",
    "audit.Subtree.hash": "a digest",
    "audit.Checkpoint.note": "a name, a number, a digest and signatures",
    "audit.Cosignature.line": "a signature",
    "audit.SealKey.public": "a public key",
    "audit.Pseudonym.key": "an encrypted key",
    "audit.Salt.key": "an encrypted key",
}


def columns(*kinds: type[models.Field]) -> dict[str, models.Field]:
    """Return the columns of Loge's own tables whose field class is in `kinds`: "app.Model.field" -> field. Fields with
    choices are left out, because such a field accepts no other text."""
    return {
        f"{model._meta.label}.{field.name}": field
        for name in OURS
        for model in apps.get_app_config(name).get_models()
        if model._meta.managed or name == "audit"
        for field in model._meta.concrete_fields
        if isinstance(field, kinds) and not field.choices
    }


def test_every_text_column_is_screened_or_has_a_reason():
    all_columns = columns(models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField)
    sealed = {name for name, field in all_columns.items() if type(field).__name__ == "EncryptedField"}
    screened = {name for name, field in all_columns.items() if isinstance(field, ScreenedText)}
    assert len(all_columns) > 60 and "casework.AccountNote.text" in screened
    unexplained = sorted(all_columns.keys() - TEXTS.keys() - TYPED.keys() - DOCUMENTS.keys() - SEALED_NUMBERS)
    assert unexplained == [], (
        "if people type into the column, add it to oversight/text_columns.py, otherwise to TYPED with the reason"
    )
    assert screened <= TEXTS.keys() and sealed <= TEXTS.keys() | SEALED_NUMBERS
    assert not TEXTS.keys() & (TYPED.keys() | DOCUMENTS.keys())


def test_no_exemption_is_stale():
    all_columns = columns(models.CharField, models.TextField, models.JSONField, models.BinaryField)
    assert sorted((TYPED.keys() | DOCUMENTS.keys()) - all_columns.keys()) == []
    assert sorted((TEXTS.keys() | SEALED_NUMBERS) - columns(models.CharField, models.BinaryField).keys()) == []


def test_typed_columns_are_counted_and_searched(landlord):
    """The word search covers every column with typed text.

    The database view `oversight_text` reads all such columns except encrypted ones. The SQL function
    `oversight_texts_measured` counts the texts in the encrypted columns.
    """
    [(view,)] = run("SELECT pg_get_viewdef('oversight_text'::regclass)")
    viewed = set(re.findall(r"'(\w+\.\w+\.\w+)'", view))
    [(measured,)] = run("SELECT prosrc FROM pg_proc WHERE proname = 'oversight_texts_measured'")
    sealed = {name for name in TEXTS if name not in viewed}
    assert viewed <= TEXTS.keys() and sealed == {
        "casework.ContestedSentence.sentence",
        "casework.LegacyComment.sentence",
        "ledger.BankDetail.holder",
    }
    assert all(f"'{name}'" in measured for name in sealed)


def test_no_text_column_is_longer_than_its_kind_allows():
    for name, field in columns(models.CharField).items():
        longest = 280 if isinstance(field, ScreenedText) else 120
        assert field.max_length <= longest or name.endswith(("_key", ".path", ".email", ".password", ".fields")), name


def test_free_text_about_a_person_has_an_end():
    """Every row with typed text about a person has a last day in `ends_on`, after which the text is deleted."""
    for name, field in columns(models.CharField).items():
        if isinstance(field, ScreenedText) and classified(field.model)[field.name] is DataClass.FREE_TEXT:
            assert not field.model._meta.get_field("ends_on").null, name


def test_only_one_module_creates_clean_texts():
    makers = {
        name
        for name, tree in files().items()
        for node in walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Clean"
    }
    assert makers == {"privacy/screened.py"}
