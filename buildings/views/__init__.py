"""The administrator's pages about buildings."""
