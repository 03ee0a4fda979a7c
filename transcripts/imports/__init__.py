"""Transcripts and recordings that were made elsewhere, read in."""
