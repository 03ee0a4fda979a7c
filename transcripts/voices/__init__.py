"""Who speaks when, by ear: voices are compared within one recording, and nothing of them is kept."""
