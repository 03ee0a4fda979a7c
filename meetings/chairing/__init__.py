"""The chair's own: which meetings are theirs, and their private notes on each item."""
