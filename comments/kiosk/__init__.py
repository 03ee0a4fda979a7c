"""Kiosks: a tablet at the door of the hall on which people sign up to speak in the room."""
