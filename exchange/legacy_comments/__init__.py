"""Import of legacy comments from another system: each is read and screened, and becomes a note or a restricted line."""
