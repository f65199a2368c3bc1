"""One reader per document format; each turns a text into regions."""
