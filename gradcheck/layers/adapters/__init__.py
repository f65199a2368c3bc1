"""One file per way in which people write a layer; each turns what it recognises into a ``Target``."""
