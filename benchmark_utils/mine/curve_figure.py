"""The curve of accuracy against votes per task, drawn as SVG."""
import numpy as np
from markupsafe import Markup

from benchmark_utils.mine.more_votes import GOAL

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 306, 46, 46, 12, 14


def curve_figure(curve):
    """An svg element; text and lines take the page's colours by class."""
    x_most = curve.ahead[-1]
    least = min(curve.low.min(), GOAL) - .02
    y_least = max(np.floor(least * 20) / 20, 0)

    def x(n):
        return LEFT + (WIDTH - LEFT - RIGHT) * n / x_most

    def y(share):
        share = np.clip(share, y_least, 1)
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - share) / (1 - y_least)

    def line(ns, shares):
        return " ".join(f"{x(n):.1f},{y(s):.1f}" for n, s in zip(ns, shares))

    def band(ns, low, high):
        return line([*ns, *ns[::-1]], [*high, *low[::-1]])

    last = [curve.votes_per_task[-1]], [curve.accuracy[-1]]
    ahead = [*last[0], *curve.ahead]
    low, high = ([now[-1], *later] for now, later in (
        (curve.low, curve.ahead_low), (curve.high, curve.ahead_high)))
    parts = [
        f'<polygon class="band" points="'
        f'{band(curve.votes_per_task, curve.low, curve.high)}"/>',
        f'<polygon class="band faint" points="'
        f'{band(ahead, low, high)}"/>',
        f'<line class="goal" x1="{LEFT}" x2="{WIDTH - RIGHT}" '
        f'y1="{y(GOAL):.1f}" y2="{y(GOAL):.1f}"/>',
        f'<text class="goal-text" x="{WIDTH - RIGHT}" y="{y(GOAL) - 5:.1f}" '
        f'text-anchor="end">{GOAL:.0%}</text>',
        f'<polyline class="line" points="'
        f'{line(curve.votes_per_task, curve.accuracy)}"/>',
        f'<polyline class="line ahead" points="'
        f'{line(ahead, [*last[1], *curve.ahead_accuracy])}"/>']
    parts += [f'<circle class="dot" cx="{x(n):.1f}" cy="{y(s):.1f}" r="3.5">'
              f"<title>{n:.1f} votes per task: {s:.1%}</title></circle>"
              for n, s in zip(curve.votes_per_task, curve.accuracy)]
    for share in _ticks(y_least):
        parts.append(
            f'<line class="rule" x1="{LEFT}" x2="{WIDTH - RIGHT}" '
            f'y1="{y(share):.1f}" y2="{y(share):.1f}"/><text x="{LEFT - 8}" '
            f'y="{y(share) + 4:.1f}" text-anchor="end">{share:.0%}</text>')
    step = max(int(np.ceil(x_most / 8)), 1)
    for n in range(step, int(x_most) + 1, step):
        parts.append(f'<text x="{x(n):.1f}" y="{HEIGHT - BOTTOM + 18}" '
                     f'text-anchor="middle">{n}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 4}" '
                 'text-anchor="middle">votes per task; dashed: not yet given'
                 '</text>')
    said = (f"Expected share of right labels: {curve.accuracy[0]:.0%} with "
            f"{curve.votes_per_task[0]:.0f} vote per task, "
            f"{curve.accuracy[-1]:.0%} with today's "
            f"{curve.votes_per_task[-1]:.1f}")
    return Markup(f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
                  f'aria-label="{said}">{"".join(parts)}</svg>')


def _ticks(least):
    step = .05 if least >= .75 else .1 if least >= .4 else .2
    return np.arange(np.ceil(least / step - 1e-9), round(1 / step) + 1) * step
