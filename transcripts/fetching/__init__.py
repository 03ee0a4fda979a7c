"""Recordings that are fetched from where a city keeps its own: a conference's or a broadcaster's server."""
