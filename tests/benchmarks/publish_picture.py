"""A picture of milliseconds side by side: bars with their numbers, readable in light and dark."""

from collections.abc import Sequence
from html import escape

Bars = Sequence[tuple[str, float, bool]]
"""Label, milliseconds, and whether it is ours."""
WIDTH, ROW, TOP, LEFT, RIGHT = 720, 34, 60, 290, 90
STYLE = """
    text { font: 15px system-ui, sans-serif; fill: #16202e; }
    .title { font-weight: 700; font-size: 17px; }
    .soft { fill: #4a5667; }
    .ours { fill: #1a56b0; }
    .theirs { fill: #8a98ab; }
    @media (prefers-color-scheme: dark) {
      text { fill: #eef2f7; }
      .soft { fill: #b6c1d0; }
      .ours { fill: #8fbcff; }
      .theirs { fill: #687587; }
    }
"""


def picture(title: str, about: str, bars: Bars) -> str:
    """An SVG."""
    height = TOP + ROW * len(bars) + 12
    rows = "\n".join(
        _bar(number, *bar, longest=max(each[1] for each in bars)) for number, bar in enumerate(bars)
    )
    told = "; ".join(f"{label}: {ms:g} ms" for label, ms, _ in bars)
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="t d">
  <title id="t">{escape(title)}</title>
  <desc id="d">{escape(f"{about} {told}.")}</desc>
  <style>{STYLE}  </style>
  <text class="title" x="0" y="20">{escape(title)}</text>
  <text class="soft" x="0" y="42">{escape(about)}</text>
{rows}
</svg>
"""


def _bar(number: int, label: str, ms: float, is_ours: bool, *, longest: float) -> str:
    y = TOP + ROW * number
    length = max(3, (WIDTH - LEFT - RIGHT) * ms / longest)
    kind = "ours" if is_ours else "theirs"
    return (
        f'  <text x="0" y="{y + 17}">{escape(label)}</text>\n'
        f'  <rect class="{kind}" x="{LEFT}" y="{y}" width="{length:.0f}" height="24" rx="3"/>\n'
        f'  <text x="{LEFT + length + 8:.0f}" y="{y + 17}">{ms:g} ms</text>'
    )
