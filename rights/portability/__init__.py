"""The file of a person who exercises the right to data portability (GDPR article 20). `docs/portability.md` describes
the file, `schema.json` is its schema, and `exclusions` lists the data that it leaves out."""
