"""What a case says of a filler that bridges a sharp flaw."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, model_validator

from rollmech.case.quantities import CaseValueError, Length, quantity

Positive = quantity("stress", low="0 Pa")
BridgedPart = quantity("fraction", low="0.1", high="1", open_low=False)
_LAWS = "strength (constant tension), modulus with gap (springs), or all three"


class Bridging(BaseModel):
    """Filler between the faces of a crack, put in after the web was made.

    `strength` (Pa) is the largest tension that it bears across the faces, `modulus` (Pa) over `gap` (m) its stiffness
    below that (rigid without them); where it has stretched by `opening` (m) it breaks. `fraction` is the part of the
    flaw's extent that is bridged, from the front.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    strength: Positive | None = None
    modulus: Positive | None = None
    gap: Length | None = None
    opening: Length | None = None
    fraction: BridgedPart = 1.0

    @property
    def stiffness(self) -> float | None:
        """Tension over stretch, Pa/m; None where the bridge is rigid up to its strength."""
        return None if self.modulus is None else self.modulus / self.gap

    @model_validator(mode="after")
    def _is_a_law(self) -> Bridging:
        if (self.modulus is None) != (self.gap is None):
            missing, given = ("gap", "modulus") if self.gap is None else ("modulus", "gap")
            accepted = "both: the stiffness is modulus / gap"
            raise CaseValueError(f"is missing beside {given}", accepted, missing)
        if self.strength is None and self.modulus is None:
            raise CaseValueError("says nothing of the bridge's tension", _LAWS)
        if self.strength and self.modulus and self.opening and self.opening <= self.strength / self.stiffness:
            least = f"{1e6 * self.strength / self.stiffness:.4g} um"
            accepted = f"more than strength * gap / modulus, {least}, or no strength"
            raise CaseValueError("is reached before the strength", accepted, "opening")
        return self
