"""The ground and the roof of the house: what every domain stands on, and the app that joins them."""
