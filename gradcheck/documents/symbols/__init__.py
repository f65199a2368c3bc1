"""What the symbols of a document are: names, sizes, definitions, losses."""
