"""Requests of people about their own data: access reports, reasoned answers, and their deadlines."""
