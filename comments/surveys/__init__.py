"""Surveys: what the clerk asks, what residents answer once, and the result."""
