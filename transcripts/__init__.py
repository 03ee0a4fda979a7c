"""Recordings, their transcription by Whisper, and the transcripts made of them."""
