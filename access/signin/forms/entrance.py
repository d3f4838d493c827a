"""allauth's password forms, with Loge's labels above the fields and without placeholders in the fields."""

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

from access.signin.adapter import Asked

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
        """Send the email after the response, so that the response time does not reveal whether the address is known."""
        request.letters = [Asked(request, partial(super().save, request, **how), get_language())]
        return str(self.cleaned_data["email"])


class ChooseByTheLetter(_SaidOnce, ResetPasswordKeyForm):
    """Form behind an emailed link, to choose a first password or to replace a forgotten one."""


class ChangeOnesOwn(_SaidOnce, ChangePasswordForm):
    """Form to change one's own password, which requires the current one."""


class ProveByPassword(_SaidOnce, ReauthenticateForm):
    """Form for reauthentication by password, for people who have no second factor yet."""
