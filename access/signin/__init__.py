"""Sign-in and sign-out: adapters for allauth, second factors, sessions, the landlord's OpenID Connect directory."""
