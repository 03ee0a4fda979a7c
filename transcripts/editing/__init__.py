"""A transcript is put right: every edit is kept with its author, and can be taken back."""
