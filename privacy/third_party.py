"""Data classes of the models of third-party packages, to which we cannot add a `privacy` attribute."""

from typing import NamedTuple

from privacy.classes import PERSONAL, PLAIN, SECRET, DataClass


class ThirdParty(NamedTuple):
    reason: str
    # The codes of a processing activity and of a retention period; their objects would need a circular import.
    data_policy: tuple[str, str]
    fields: dict[str, DataClass]


THIRD_PARTY: dict[str, ThirdParty] = {
    "auth.Permission": ThirdParty(
        reason="Names of permissions, written by the code.",
        data_policy=("rules", "without_end"),
        fields={"name": PLAIN, "content_type": PLAIN, "codename": PLAIN},
    ),
    "auth.Group": ThirdParty(
        reason="Installed with the sign-in package and not used: roles are assignments, not groups.",
        data_policy=("framework", "without_end"),
        fields={"name": PLAIN, "permissions": PLAIN},
    ),
    "contenttypes.ContentType": ThirdParty(
        reason="The list of models, written by the code.",
        data_policy=("framework", "without_end"),
        fields={"app_label": PLAIN, "model": PLAIN},
    ),
    "sessions.Session": ThirdParty(
        reason="Installed with Django and not used: sessions are in Loge's own table, under a hash of their cookie.",
        data_policy=("framework", "without_end"),
        fields={"session_key": PLAIN, "session_data": PLAIN, "expire_date": PLAIN},
    ),
    "account.EmailAddress": ThirdParty(
        reason="The sign-in package's list of employees' e-mail addresses.",
        data_policy=("sign_in", "employment"),
        fields={"user": PERSONAL, "email": PERSONAL, "verified": PLAIN, "primary": PLAIN},
    ),
    "account.EmailConfirmation": ThirdParty(
        reason="The key in a link that proves that an address is somebody's.",
        data_policy=("sign_in", "employment"),
        fields={"email_address": PERSONAL, "created": PLAIN, "sent": PLAIN, "key": SECRET},
    ),
    "mfa.Authenticator": ThirdParty(
        reason="Factors other than passwords: secrets encrypted with our own keys, and public keys.",
        data_policy=("sign_in", "factor"),
        fields={"user": PERSONAL, "type": PLAIN, "data": SECRET, "created_at": PLAIN, "last_used_at": PERSONAL},
    ),
    "usersessions.UserSession": ThirdParty(
        reason="A person's list of signed-in browsers; a row is deleted with its session.",
        data_policy=("sign_in", "session"),
        fields={
            "user": PERSONAL,
            "created_at": PERSONAL,
            "ip": PERSONAL,
            "last_seen_at": PERSONAL,
            "session_key": SECRET,
            "user_agent": PERSONAL,
            "data": PLAIN,
        },
    ),
    "socialaccount.SocialAccount": ThirdParty(
        reason="Links a person to the landlord's identity provider, by a hash of the id there and nothing else.",
        data_policy=("sign_in", "factor"),
        fields={
            "user": PERSONAL,
            "provider": PLAIN,
            "uid": PERSONAL,
            "last_login": PERSONAL,
            "date_joined": PERSONAL,
            "extra_data": PLAIN,
        },
    ),
    "socialaccount.SocialApp": ThirdParty(
        reason="Installed with the sign-in package and not used: the environment configures the only provider.",
        data_policy=("framework", "factor"),
        fields={
            "provider": PLAIN,
            "provider_id": PLAIN,
            "name": PLAIN,
            "client_id": PLAIN,
            "secret": SECRET,
            "key": SECRET,
            "settings": PLAIN,
        },
    ),
    "socialaccount.SocialToken": ThirdParty(
        reason="Installed with the sign-in package and not used: no tokens of the provider are stored.",
        data_policy=("framework", "factor"),
        fields={"app": PLAIN, "account": PERSONAL, "token": SECRET, "token_secret": SECRET, "expires_at": PLAIN},
    ),
    "guardian.UserObjectPermission": ThirdParty(
        reason="Installed with the object permissions and not used: reach is computed from assignments.",
        data_policy=("framework", "employment"),
        fields={"permission": PLAIN, "content_type": PLAIN, "object_pk": PLAIN, "user": PERSONAL},
    ),
    "guardian.GroupObjectPermission": ThirdParty(
        reason="Installed with the object permissions and not used: reach is computed from assignments.",
        data_policy=("framework", "without_end"),
        fields={"permission": PLAIN, "content_type": PLAIN, "object_pk": PLAIN, "group": PLAIN},
    ),
}
