"""Families of slips: each module undoes one kind, as edits of the author's text."""
