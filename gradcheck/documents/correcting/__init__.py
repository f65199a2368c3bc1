"""From a refuted claim to the smallest change of the author's text that is proved to mend it."""
