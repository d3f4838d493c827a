"""Finds the inputs of text: our forms and serializers, parameters that views read directly, and commands."""

import ast
from collections.abc import Iterator

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.management import get_commands
from rest_framework.serializers import Serializer

from access.api.serializer_fields import Strict
from tests.architecture.source import APPS, files

CANARY = "zyxqwanary"
# `BAD` is a sentence that discloses sensitive data and is short enough for a field for names.
# Fields whose text is screened, such as notes and names of people, must refuse the sentence `BAD`.
BAD = f"Est séropositif, {CANARY}"
READ = ("POST", "GET", "FILES", "COOKIES", "headers", "META")


def subclasses(kind: type) -> Iterator[type]:
    one: type
    for one in kind.__subclasses__():
        yield one
        yield from subclasses(one)


def ours(kind: type) -> dict[str, type]:
    """Return the subclasses of `kind` that Loge's own apps define: qualified name -> class."""
    found = {f"{one.__module__}.{one.__qualname__}": one for one in subclasses(kind)}
    return {name: one for name, one in found.items() if name.split(".")[0] in APPS}


def takes_words(field: object) -> bool:
    """Whether a form field takes free text or a file, as opposed to a choice from a list."""
    return isinstance(field, forms.CharField | forms.FileField) or type(field).__name__ in ("CharField", "EmailField")


def form_mouths() -> set[str]:
    """Return all text and file fields of Loge's forms, as "app.forms.Form.field"."""
    return {
        f"{name}.{field}"
        for name, form in ours(forms.BaseForm).items()
        for field, kind in getattr(form, "base_fields", {}).items()
        if takes_words(kind) and not isinstance(kind.widget, forms.HiddenInput)
    }


def serializer_mouths() -> set[str]:
    """Return all text fields of the API serializers that read requests, as "app.module.Serializer.field"."""
    return {
        f"{name}.{field}"
        for name, kind in ours(Strict).items()
        for field, one in vars(kind)["_declared_fields"].items()
        if type(one).__name__ == "CharField"
    }


def read_by_hand() -> set[str]:
    """Return the parameters that views read without a form, as in request.GET.get("q") or "end" in request.POST."""
    return {word for tree in files().values() for node in ast.walk(tree) for word in _looked_up(node)}


def _looked_up(node: ast.AST) -> list[str]:
    match node:
        case ast.Call(func=ast.Attribute(value=asked, attr="get"), args=[ast.Constant(value=str(word)), *_rest]):
            return [word] if _of_request(asked) else []
        case ast.Subscript(value=asked, slice=ast.Constant(value=str(word))):
            return [word] if _of_request(asked) else []
        case ast.Compare(left=ast.Constant(value=str(word)), ops=[ast.In() | ast.NotIn()], comparators=[asked]):
            return [word] if _of_request(asked) else []
    return []


def _of_request(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in READ


def commands() -> set[str]:
    return {name for name, app in get_commands().items() if app in APPS}


class Heard:
    """Records which inputs received the marker word (CANARY), by watching forms and serializers validate their data."""

    def __init__(self) -> None:
        self.mouths: set[str] = set()
        self.bound: dict[str, forms.BaseForm] = {}  # Name of a posted field -> the form that validated it last.

    def listen(self, monkeypatch) -> None:
        clean, run = forms.BaseForm.full_clean, Serializer.run_validation

        def full_clean(form):
            if form.is_bound:
                self._form(form)
            return clean(form)

        def run_validation(serializer, data=None, **more):
            for name in getattr(serializer, "fields", {}):
                self._note(serializer, name, data.get(name) if isinstance(data, dict) else None)
            return run(serializer, data, **more)

        monkeypatch.setattr(forms.BaseForm, "full_clean", full_clean)
        monkeypatch.setattr(Serializer, "run_validation", run_validation)

    def _form(self, form: forms.BaseForm) -> None:
        for name in form.fields:
            sent = form.add_prefix(name)
            self.bound[sent] = form
            self._note(form, name, form.data.get(sent), *_files(form, sent))

    def _note(self, taker: object, name: str, *values: object) -> None:
        if any(CANARY in _said(value) for value in values):
            of = type(taker)
            # A form field is recorded for the form's parent classes too, because a parent class may declare the field.
            for one in of.__mro__:
                self.mouths.add(f"{one.__module__}.{one.__qualname__}.{name}")


def _files(form: forms.BaseForm, sent: str) -> list[object]:
    return list(form.files.getlist(sent)) if hasattr(form.files, "getlist") else [form.files.get(sent)]


def _said(value: object) -> str:
    return value.name or "" if isinstance(value, UploadedFile) else str(value)
