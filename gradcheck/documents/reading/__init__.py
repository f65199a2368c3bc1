"""From the bytes of a file to the statements that stand in it."""
