"""What the public gets of a recording: when it is published, and which spans of it are withheld."""
