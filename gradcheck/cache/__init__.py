"""What was found of unchanged documents and layers, so that it need not be found again."""
