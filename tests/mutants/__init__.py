"""Planted defects: each is one small edit of the code that named tests must notice. `./dev mutants` tries them."""
