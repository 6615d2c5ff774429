"""Charts as SVG made on the server: classes only, no style, few elements."""

import math
from collections.abc import Iterable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe


def split_bar(agrees: int, disagrees: int, passes: int) -> SafeString:
    """Agree, don't know and disagree side by side, in this order; silent for screen readers."""
    total = agrees + disagrees + passes
    if not total:
        return SafeString("")
    agree, unsure = 100 * agrees / total, 100 * passes / total
    return format_html(
        '<svg class="split" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="a" d="M0 0h{a}v10H0z"/><path class="p" d="M{a} 0h{p}v10h-{p}z"/>'
        '<path class="d" d="M{b} 0H100v10H{b}z"/></svg>',
        a=f"{agree:.2f}",
        p=f"{unsure:.2f}",
        b=f"{agree + unsure:.2f}",
    )


def mini_bar(value: float, largest: float, kind: str) -> SafeString:
    """One bar on its row's own scale; a negative value is drawn from the right edge."""
    width = 100 * min(1.0, abs(value) / largest) if largest else 0.0
    start = 100 - width if value < 0 else 0
    return format_html(
        '<svg class="mini" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="{}" d="M{} 0h{}v4h-{}z"/></svg>',
        kind,
        f"{start:.2f}",
        f"{width:.2f}",
        f"{width:.2f}",
    )


SEAT_SIZE = 0.8  # of the room a seat has: seats never touch


def hemicycle(counts: tuple[int, int, int], name: str) -> SafeString:
    """One mark for each vote counted, for, abstentions and against from left to right.

    One path for each of the three, whatever the number of marks: each is a point with a round end.
    """
    seats = _seats(sum(counts))
    paths, start = [], 0
    for kind, number in zip(("a", "p", "d"), counts, strict=True):
        marks = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in seats[start : start + number])
        paths.append((kind, marks))
        start += number
    rows = _seat_rows(sum(counts))
    return format_html(
        '<svg class="seats" viewBox="-106 -106 212 112" role="img" aria-label="{}">'
        '<g stroke-width="{}">{}</g></svg>',
        name,
        f"{SEAT_SIZE * 60 / rows:.1f}",
        format_html_join("", '<path class="{}" d="{}"/>', ((k, d) for k, d in paths if d)),
    )


def _seat_rows(number: int) -> int:
    """So many that a seat has as much room along its row as across."""
    return max(1, round(math.sqrt(number * 60 / (math.pi * 70))))


def _seats(number: int) -> list[tuple[float, float]]:
    """Places in half rings, those of the left first."""
    rows = _seat_rows(number)
    radii = [40 + 60 * (row + 0.5) / rows for row in range(rows)]
    ends = [round(number * sum(radii[: row + 1]) / sum(radii)) for row in range(rows)]
    places = []
    for radius, begin, end in zip(radii, [0, *ends], ends, strict=False):
        for seat in range(end - begin):
            angle = math.pi * (1 - (seat + 0.5) / (end - begin))
            places.append((angle, radius))
    places.sort(reverse=True)
    return [(radius * math.cos(angle), -radius * math.sin(angle)) for angle, radius in places]


Cell = tuple[int, int, int]


def density_grid(cells: Sequence[Cell], name: str, you: tuple[float, float] | None) -> SafeString:
    """Squares shaded by how many people stand there; at most four shades, one path each.

    `cells` holds (column, row, people); `you` is in the same units, for the asker alone.
    """
    left, top = min(c for c, _, _ in cells), max(r for _, r, _ in cells)
    columns = max(c for c, _, _ in cells) - left + 1
    rows = top - min(r for _, r, _ in cells) + 1
    side = 360 / max(columns, 3)
    margin = (360 - columns * side) / 2 + 4
    most = max(n for _, _, n in cells)
    shades: dict[int, list[str]] = {}
    for column, row, people in cells:
        x, y = (column - left) * side, (top - row) * side
        shade = max(1, -(-4 * people // most))
        shades.setdefault(shade, []).append(f"M{x:.1f} {y:.1f}h{side:.1f}v{side:.1f}h-{side:.1f}z")
    paths = format_html_join(
        "", '<path class="shade{}" d="{}"/>', ((s, "".join(d)) for s, d in sorted(shades.items()))
    )
    return format_html(
        '<svg viewBox="{} -4 368 {}" role="img" aria-label="{}">{}{}{}</svg>',
        f"{-margin:.0f}",
        f"{rows * side + 8:.0f}",
        name,
        paths,
        _labels(cells, left, top, side),
        _you(you, left, top, side),
    )


def _labels(cells: Iterable[Cell], left: int, top: int, side: float) -> SafeString:
    if side < 30:
        return SafeString("")
    return format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (f"{(c - left + 0.5) * side:.0f}", f"{(top - r + 0.5) * side + 5:.0f}", people)
            for c, r, people in cells
        ),
    )


def _you(you: tuple[float, float] | None, left: int, top: int, side: float) -> SafeString:
    if you is None:
        return mark_safe("")
    x, y = (you[0] - left) * side, (top + 1 - you[1]) * side
    return format_html('<circle class="you" cx="{}" cy="{}" r="9"/>', f"{x:.0f}", f"{y:.0f}")
