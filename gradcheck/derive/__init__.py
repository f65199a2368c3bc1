"""From forward definitions to a derivation whose every line is proved, and to the code that it yields."""
