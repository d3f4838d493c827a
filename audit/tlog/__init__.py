"""The sealed log in standard formats, readable by other tools: RFC 6962 Merkle trees, and C2SP signed notes,
checkpoints and tiles. Functions of bytes: nothing here uses Django, a database or a key file.

`audit/verify.py` reimplements the tree and the notes. It is included in every evidence pack, so that whoever verifies
a pack has one file to read, and the code that makes a proof is not the code that checks it.
"""
