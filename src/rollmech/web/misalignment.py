"""In-plane bending of a span that enters a misaligned roller."""

from __future__ import annotations


def misaligned_edge_strain(width: float, angle: float, span: float) -> float:
    """Largest strain at the edge of a span before a roller turned in the web's plane: ``W theta / L``.

    The span is a beam that is clamped at the upstream roller, meets the turned one at a right angle and carries no
    moment there (Shelton 1968, without tension and shear): ``theta = M L / (2 E I)``, strain ``M W / (2 E I)``.

    Args:
        width: Of the web, m.
        angle: Of misalignment, rad.
        span: Length between the rollers, m.
    """
    return width * angle / span
