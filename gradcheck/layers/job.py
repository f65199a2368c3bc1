"""One layer with everything that a check of it needs: the subject, its inputs, the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from gradcheck.layers.sampling.resolve import draw_all
from gradcheck.layers.sampling.specs import Fixed, Spec
from gradcheck.layers.seeding import seeded
from gradcheck.layers.settings import Settings
from gradcheck.layers.target import Subject, Target

Choice = Mapping[str, Spec | Fixed]
"""An input for each parameter that gets one."""


@dataclass(frozen=True, slots=True)
class Job:
    """A recognised layer and its inputs. ``label`` is how the user names it, ``fixed`` is not differentiated.

    ``command`` is the command that checks it, without its inputs; "" where there is none. ``still`` says
    that global random streams are seeded before each forward.
    """

    label: str
    subject: Subject
    choice: Choice
    settings: Settings
    fixed: frozenset[str] = frozenset()
    command: str = ""
    path: str | None = None
    line: int | None = None
    still: bool = False

    def values(self) -> dict[str, Any]:
        """The inputs, drawn."""
        return draw_all(self.choice, self.settings.seed)

    def target(self) -> Target:
        """The layer at its inputs. Raises LayerRaised."""
        target = self.subject.bind(self.values(), self.fixed)
        return seeded(target, self.settings.seed) if self.still else target

    def with_subject(self, subject: Subject) -> Job:
        """The same inputs to another reading of the layer."""
        return replace(self, subject=subject)

    def with_choice(self, choice: Choice) -> Job:
        """The same layer at other inputs."""
        return replace(self, choice=choice)
