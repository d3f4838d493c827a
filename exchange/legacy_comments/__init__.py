"""Import of comments from an older system.

Each comment is screened for facts that must not be written about a person. The comment then becomes a note, or a
restricted comment that people must decide on.
"""
