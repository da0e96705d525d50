"""How variants are told apart: a color and a marker shape each, the same in every figure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from trialist.render.markup import Markup, coordinate, el

# Okabe & Ito (2008), Color Universal Design; black is kept for the baseline, yellow comes last
_COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#f0e442")
_SHAPES = ("square", "triangle", "diamond", "down", "hexagon", "cross", "star", "pentagon")

FIGURE_STYLE = (
    ".fig text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',"
    "'Noto Sans',Arial,sans-serif;font-variant-numeric:tabular-nums;fill:#1c1d1f}"
    ".fig .quiet{fill:#5b6066}.fig .strong{font-weight:600}"
    ".fig .axis{stroke:#8a9096;fill:none}.fig .grid{stroke:#e6e8ea;fill:none}"
    ".fig .zero{stroke:#3c4146;fill:none}.fig .zone{fill:#8a9096;fill-opacity:.16}"
    ".fig .paper{fill:#fff}.fig .edge{stroke:#fff}.fig .lost{stroke:#1c1d1f;fill:none}"
    ".fig .bad{stroke:#c4322b;color:#c4322b}.fig .ring{stroke:#1c1d1f}.fig .rank{color:#8a9096}"
    ".fig .halo{paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}"
    ".fig .v0{color:#1c1d1f}"
    + "".join(f".fig .v{place}{{color:{color}}}" for place, color in enumerate(_COLORS, 1))
)
DARK_STYLE = (
    ".fig text{fill:#e6e7e8}.fig .quiet{fill:#a4abb2}.fig .axis{stroke:#7a8188}"
    ".fig .grid{stroke:#2b2f34}.fig .zero{stroke:#c3c8cd}.fig .paper{fill:#15171a}"
    ".fig .edge{stroke:#15171a}.fig .lost{stroke:#e6e7e8}.fig .v0{color:#e6e7e8}"
    ".fig .bad{stroke:#ff7b72;color:#ff7b72}.fig .ring{stroke:#e6e7e8}.fig .rank{color:#7a8188}"
    ".fig .halo{stroke:#15171a}"
    ".fig .v1{color:#3a9bdc}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantLook:
    """How one variant is drawn: a class that sets its color, and a marker shape."""

    color: str
    shape: str

    def marker(self, x: float, y: float, size: float, *, hollow: bool = False) -> Markup:
        """Give the marker around (x, y), `size` units wide."""
        radius = size / 2
        fill = "none" if hollow else "currentColor"
        edge = "currentColor" if hollow else None
        width = 1.5 if hollow else 1.0
        common: dict[str, str | float | None] = {
            "class_": self.color if hollow else f"{self.color} edge",
            "fill": fill,
            "stroke": edge,
            "stroke_width": width,
        }
        if self.shape == "circle":
            return el("circle", cx=x, cy=y, r=radius, **common)
        return el("path", d=_outline(self.shape, x, y, radius), **common)


def looks_of(variants: Sequence[str], baseline: str | None) -> dict[str, VariantLook]:
    """Give each variant its look: the baseline is a black circle, the others go by their place."""
    looks: dict[str, VariantLook] = {}
    for name in variants:
        if name == baseline:
            looks[name] = VariantLook(color="v0", shape="circle")
            continue
        place = len(looks) - (1 if baseline in looks else 0)
        looks[name] = VariantLook(
            color=f"v{place % len(_COLORS) + 1}", shape=_SHAPES[place % len(_SHAPES)]
        )
    return looks


def _outline(shape: str, x: float, y: float, radius: float) -> str:
    if shape == "square":
        corners = _polygon(x, y, radius * 1.2, 4, 45)
    elif shape == "diamond":
        corners = _polygon(x, y, radius * 1.3, 4, 0)
    elif shape in ("triangle", "down"):
        turn = -90 if shape == "triangle" else 90
        corners = _polygon(x, y, radius * 1.3, 3, turn)
    elif shape in ("hexagon", "pentagon"):
        corners = _polygon(x, y, radius * 1.15, 6 if shape == "hexagon" else 5, -90)
    elif shape == "star":
        outer, inner = _polygon(x, y, radius * 1.4, 5, -90), _polygon(x, y, radius * 0.6, 5, -54)
        corners = [corner for pair in zip(outer, inner, strict=True) for corner in pair]
    else:
        corners = _cross(x, y, radius)
    return "M" + "L".join(f"{coordinate(a)} {coordinate(b)}" for a, b in corners) + "Z"


def _polygon(x: float, y: float, radius: float, n: int, turn: float) -> list[tuple[float, float]]:
    angles = [math.radians(turn + 360 * place / n) for place in range(n)]
    return [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles]


def _cross(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    arm, half = radius * 1.15, radius * 0.42
    places = ((-half, -arm), (half, -arm), (half, -half), (arm, -half), (arm, half), (half, half))
    rest = ((half, arm), (-half, arm), (-half, half), (-arm, half), (-arm, -half), (-half, -half))
    return [(x + dx, y + dy) for dx, dy in places + rest]
