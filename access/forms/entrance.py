"""allauth's forms, whose fields are called what the page calls them, once: above them, and not inside as well."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from django import forms
from django.utils.translation import gettext_lazy as _

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


class ChooseByTheLetter(_SaidOnce, ResetPasswordKeyForm):
    """A first password, or another."""


class ChangeOnesOwn(_SaidOnce, ChangePasswordForm):
    """With the present one."""


class ProveByPassword(_SaidOnce, ReauthenticateForm):
    """Of who has nothing else yet."""
