"""Bodies, meetings and their agendas."""
