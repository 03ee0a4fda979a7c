"""The members of a body, who of them is here, and whether they are enough."""
