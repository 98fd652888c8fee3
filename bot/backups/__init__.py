"""Backups: made beside the service, sealed with a key of their own, taken out again on trial."""
