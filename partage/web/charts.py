"""Charts as SVG made on the server: classes only, no style, few elements."""

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
