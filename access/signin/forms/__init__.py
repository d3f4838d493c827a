"""Forms for sign-in, second factors, reauthentication and unlocking."""
