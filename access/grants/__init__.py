"""Who is given what: requests, assignments, stand-ins, reviews, revocations."""
