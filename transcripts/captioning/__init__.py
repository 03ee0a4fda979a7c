"""Live captions: a meeting's sound, written down while it is said, until its transcript takes their place."""
