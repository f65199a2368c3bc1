"""The inputs of a layer: read from text, read from annotations, guessed from names, drawn, made smaller."""
