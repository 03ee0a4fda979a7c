"""Backups: consistent copies of the store and its files, made while the server runs, and the way back."""
