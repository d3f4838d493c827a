"""Import of comments from an older system.

Each comment is screened. It then becomes a note, or a restricted comment that people must decide on.
"""
