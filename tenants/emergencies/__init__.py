"""Openings in an emergency: what is due, notices to households, evacuation lists."""
