"""Who speaks in a recording and on which item, told from the record of the meeting."""
