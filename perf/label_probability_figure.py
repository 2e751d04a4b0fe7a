"""The reliability figure of the numbers that label_probabilities.py stores."""
import recorded_crowds  # noqa: F401 (sets the path: first)

from benchmark_utils.report.docs.label_probabilities import by_bin

SHOWN = {"DS": ("Dawid-Skene", "#b3261e"),
         "Committee": ("Committee, plain mean", "#8a5a00"),
         "ours": ("Committee, calibrated", "#0b62c4")}
FEWEST_CROWDS = 3  # in a bin that is drawn


def reliability_figure(found):
    """Share of correct labels by label probability, mean over datasets: a
    panel each for human and LLM labels."""
    size, gap, left, top = 260, 60, 52, 30
    table, parts = by_bin(found), []
    for place, (kind, title) in enumerate((
            ("human", "human-annotated"), ("llm", "LLM-annotated"))):
        x0 = left + place * (size + gap)
        parts.append(f'<rect x="{x0}" y="{top}" width="{size}" height="{size}"'
                     ' fill="none" stroke="#c5cbd3"/>'
                     f'<line x1="{x0}" y1="{top + size}" x2="{x0 + size}" '
                     f'y2="{top}" stroke="#59636e" stroke-dasharray="4 4"/>'
                     f'<text x="{x0}" y="{top - 10}">{title}</text>')
        for share in (0, .25, .5, .75, 1):
            parts.append(
                f'<text x="{x0 + share * size}" y="{top + size + 18}" '
                f'text-anchor="middle">{share:.0%}</text><text x="{x0 - 8}" '
                f'y="{top + size * (1 - share) + 4}" text-anchor="end">'
                f"{share:.0%}</text>")
        for way, (_, colour) in SHOWN.items():
            line = table.loc[(way, kind)]
            line = line[line["crowds"] >= FEWEST_CROWDS]
            points = [(x0 + size * sure, top + size * (1 - right))
                      for sure, right in zip(line["sure"], line["right"])]
            parts.append(
                f'<polyline fill="none" stroke="{colour}" stroke-width="2" '
                'points="' + " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
                + '"/>' + "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" '
                                  f'fill="{colour}"/>' for x, y in points))
    for i, (title, colour) in enumerate(SHOWN.values()):
        parts.append(f'<text x="{left + 190 * i}" y="{top + size + 62}" '
                     f'fill="{colour}">● {title}</text>')
    parts.append(f'<text x="{left}" y="{top + size + 40}">x: label '
                 "probability; y: share of correct labels; mean over datasets"
                 "</text>")
    return ('<svg xmlns="http://www.w3.org/2000/svg" width="660" height="370" '
            'font-family="sans-serif" font-size="13" fill="#1b1f24">'
            '<rect width="660" height="370" fill="#fff"/>'
            + "".join(parts) + "</svg>\n")
