"""Signing in and out: adapters for allauth, second factors, sessions, the landlord's directory."""
