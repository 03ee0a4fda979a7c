"""The meeting that `engage demo` shows: a script, and a recording spoken from it."""
