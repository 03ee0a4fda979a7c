"""Names and terms that Whisper is told beforehand, so that it hears them right."""
