"""What tells whoever keeps the machine how it is."""
