"""Motions, how each member voted on them, and the consent calendar."""
