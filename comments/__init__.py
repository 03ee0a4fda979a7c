"""The public's input: requests to speak, written comments, surveys."""
