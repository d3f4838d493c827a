"""Requests of the persons concerned: access reports, answers and their deadlines."""
