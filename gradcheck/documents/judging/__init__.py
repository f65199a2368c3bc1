"""The verdict on every relation, and what it rests on."""
