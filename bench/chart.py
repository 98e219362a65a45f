"""Draw bar charts as SVG, readable in light and in dark."""
from __future__ import annotations

import math
from xml.sax.saxutils import escape

WIDTH, LABELS, BAR, GAP, TOP = 960, 380, 11, 14, 74
STYLE = """
    text { font: 13px system-ui, sans-serif; fill: #1f2328; }
    .title { font-size: 16px; font-weight: 600; }
    .small { font-size: 11px; fill: #59636e; }
    .grid { stroke: #d1d9e0; }
    .first { fill: #b08800; }
    .second { fill: #0969da; }
    .page { fill: #ffffff; }
    @media (prefers-color-scheme: dark) {
        text { fill: #f0f6fc; }
        .small { fill: #9198a1; }
        .grid { stroke: #3d444d; }
        .first { fill: #d29922; }
        .second { fill: #4493f8; }
        .page { fill: #0d1117; }
    }"""


def bars(title, rows, names):
    """Draw two bars for each row, on a logarithmic scale.

    :param str title: what is shown
    :param rows: tuples of a name and two numbers
    :param names: of the two numbers
    :return: an SVG
    :rtype: str
    """
    most = max(max(first, second, 10) for _name, first, second in rows)
    scale = (WIDTH - LABELS - 90) / math.log10(most)
    height = TOP + len(rows) * (2 * BAR + GAP) + 20

    def x(value):
        return LABELS + scale * math.log10(max(value, 1))

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<rect class="page" width="{WIDTH}" height="{height}"/>',
        f'<text class="title" x="16" y="26">{escape(title)}</text>',
        '<text class="small" x="16" y="44">8 kB blocks, logarithmic; fewer is better</text>']
    for number, (kind, name) in enumerate(zip(("first", "second"), names, strict=True)):
        parts.append(f'<rect class="{kind}" x="{WIDTH - 220 + number * 110}" y="16" width="12" height="12"/>'
                     f'<text x="{WIDTH - 202 + number * 110}" y="27">{escape(name)}</text>')
    for power in range(int(math.log10(most)) + 1):
        parts.append(f'<line class="grid" x1="{x(10 ** power):.0f}" x2="{x(10 ** power):.0f}" y1="{TOP - 8}" '
                     f'y2="{height - 14}"/><text class="small" text-anchor="middle" x="{x(10 ** power):.0f}" '
                     f'y="{TOP - 12}">{10 ** power:,}</text>')
    for number, (name, *values) in enumerate(rows):
        y = TOP + number * (2 * BAR + GAP)
        parts.append(f'<text x="{LABELS - 10}" y="{y + BAR + 5}" text-anchor="end">{escape(_short(name))}</text>')
        for bar, (kind, value) in enumerate(zip(("first", "second"), values, strict=True)):
            parts.append(
                f'<rect class="{kind}" x="{LABELS}" y="{y + bar * BAR}" width="{max(x(value) - LABELS, 1):.0f}" '
                f'height="{BAR - 1}"/><text class="small" x="{x(value) + 6:.0f}" y="{y + bar * BAR + 9}">'
                f"{value:,}</text>")
    return "\n".join([*parts, "</svg>"]) + "\n"


def _short(name):
    return name if len(name) <= 52 else f"{name[:51]}…"
