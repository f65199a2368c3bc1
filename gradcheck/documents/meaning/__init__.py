"""What a formula means: indexed expressions over the document's graph."""
