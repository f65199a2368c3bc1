"""One figure and the table of them: what was measured, beside the bound that it has to keep."""

from __future__ import annotations

from dataclasses import asdict, dataclass

HEAD = f"{'measured':>11}  {'bound':>7}  {'':<6}  what"


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value, a ratio or in ms. ``bound`` is the most that it may be; None is for information."""

    what: str
    value: float
    unit: str
    bound: float | None = None
    detail: str = ""

    @property
    def missed(self) -> bool:
        """Whether the value is above its bound."""
        return self.bound is not None and self.value > self.bound

    def line(self) -> str:
        """The figure as a row under ``HEAD``."""
        bound = "" if self.bound is None else f"{self.bound:g} {self.unit}"
        state = "" if self.bound is None else "MISSED" if self.missed else "kept"
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.value:8.2f} {self.unit:<2}  {bound:>7}  {state:<6}  {self.what}{detail}"

    def record(self) -> dict[str, object]:
        """The figure for JSON."""
        return {**asdict(self), "missed": self.missed}
