"""allauth's forms, whose fields are called what the page calls them, once: above them, and not inside as well."""

from functools import partial
from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from access.adapter import Asked

ADDRESS = _("Adresse professionnelle")


class _SaidOnce(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class EnterByPassword(_SaidOnce, LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = ADDRESS


class AskForTheLetter(_SaidOnce, ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = ADDRESS

    def save(self, request: Any, **how: Any) -> str:
        """Once the answer has left: a key to write in a letter is made for somebody whom we know, and takes time."""
        request.letters = [Asked(request, partial(super().save, request, **how), get_language())]
        return str(self.cleaned_data["email"])


class ChooseByTheLetter(_SaidOnce, ResetPasswordKeyForm):
    """A first password, or another."""


class ChangeOnesOwn(_SaidOnce, ChangePasswordForm):
    """With the present one."""


class ProveByPassword(_SaidOnce, ReauthenticateForm):
    """Of who has nothing else yet."""
