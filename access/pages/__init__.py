"""Parts that the pages of every app share: form fields, running an action, reading back."""
