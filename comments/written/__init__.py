"""Written comments: what residents write on an item or in general, and what the clerk withholds."""
