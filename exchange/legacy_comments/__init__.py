"""Import of comments from an older system. Each comment is screened, then becomes a note or a restricted line that a
person must decide on."""
