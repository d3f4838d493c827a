"""The help text of each page, by the name of its URL: what the page is for, what to do first, what is recorded.

A text has at most three sentences and 320 characters. It names nothing that a reader of the page may not see elsewhere.
"""

from backoffice.help.texts import access, accounts, applications, commission, oversight, own, residents

MODULES = (own, residents, accounts, applications, commission, oversight, access)
# Maps the name of each URL to the help text of its page.
HELP_TEXTS = {name: text for module in MODULES for names, text in module.TEXTS.items() for name in names}
