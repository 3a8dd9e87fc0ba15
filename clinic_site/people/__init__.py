"""The people of the rooms: how they come, what they may do, and how they go."""
