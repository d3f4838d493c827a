"""The sealed log in the formats of others, so that tools nobody here wrote can read it: RFC 6962 trees, and C2SP's
signed notes, checkpoints and tiles. Bytes in, bytes out: nothing here knows Django, a database or a key's file.
"""
