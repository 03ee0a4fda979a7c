"""The minutes gathered from every domain's rows, and their pages; imported by the app alone."""
