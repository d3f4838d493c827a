"""The sealed log in the formats of others, so that tools nobody here wrote can read it: RFC 6962 trees, and C2SP's
signed notes, checkpoints and tiles. Bytes in, bytes out: nothing here knows Django, a database or a key's file.

`audit/verify.py` says the tree and the notes a second time: it travels alone in every evidence pack, whoever checks one
reads one file, and what made a proof is not what judges it.
"""
