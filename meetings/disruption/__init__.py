"""What holds a meeting up: recess, closed session, disruption, the locked room."""
