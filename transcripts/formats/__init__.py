"""A transcript to take along, in every format that somebody asks for."""
