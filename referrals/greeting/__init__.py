"""What a page says to whoever refers, by who that is, and until when the rooms read it."""
