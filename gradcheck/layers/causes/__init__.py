"""Why a gradient is wrong: hypotheses that are named only where they explain every number."""
