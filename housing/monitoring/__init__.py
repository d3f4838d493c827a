"""Health checks and metrics for whoever monitors the servers."""
