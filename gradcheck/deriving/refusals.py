"""What is refused: a definition that reads one way and may mean another is no ground for a derivation.

The reader of documents is charitable, since there the claims speak for or against a reading.
Definitions alone have nothing to be checked by.
"""

from __future__ import annotations

from gradcheck.algebra import expr as e
from gradcheck.deriving import odd_indices, odd_names, odd_symbols
from gradcheck.deriving.readings import Reading


def check_definitions(reading: Reading, graph: e.Graph) -> None:
    """Raise `CannotDerive` at the first of the graph's definitions that is not plain."""
    odd_indices.check_counts(reading, graph)
    odd_names.check_numbers(reading, graph)
    for name, node in graph.nodes.items():
        definition = reading.definition(name)
        odd_symbols.check_words(reading, definition.tree)
        odd_symbols.check_functions(reading, graph, definition)
        odd_symbols.check_subscripts(reading, definition)
        odd_symbols.check_joint_labels(reading, definition)
        odd_symbols.check_labels(reading, definition)
        odd_symbols.check_norms(reading, graph, definition)
        odd_names.check_entries(reading, definition, node)
        odd_names.check_positions(reading, graph, definition)
        odd_names.check_transposes(reading, graph, definition, node)
        odd_indices.check_indices(reading, name, node)
        odd_indices.check_conditions(reading, graph, definition)
        odd_indices.check_sizes(reading, graph, node)
