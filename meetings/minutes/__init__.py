"""The minutes of a meeting: their facts, their words, and how they stand on a page, in DOCX and in PDF."""
