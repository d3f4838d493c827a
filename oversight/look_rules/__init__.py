"""Questions about views without an apparent reason: the rules, what is shown to reviewers, and how often each rule is
right."""
