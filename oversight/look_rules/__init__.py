"""Questions about views without an apparent reason: the rules that raise them, what reviewers see, each rule's
precision.
"""
