"""The speaker queue: requests to speak, their order, and whose time is running."""
