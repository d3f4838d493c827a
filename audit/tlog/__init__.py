"""The sealed log in standard formats, readable by other tools: RFC 6962 Merkle trees, and C2SP signed notes,
checkpoints and tiles. Everything here works on bytes, without Django, a database or a key file.

`audit/verify.py` reimplements the tree and the notes, for two reasons. It is included in every evidence pack, so
whoever verifies a pack has one file to read. And the code that makes a proof is not the code that checks it.
"""
