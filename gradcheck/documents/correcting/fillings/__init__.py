"""Fillings: what may stand in a place instead of what is printed, as arrays; each module knows one kind."""
