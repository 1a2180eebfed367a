"""The learning curve as plain numbers for an SVG: the policy forbids inline styles, attributes do."""

from dataclasses import dataclass

from lyhord.triage.learning.queries import Point

WIDTH, HEIGHT = 640, 180
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 10, 26
FEWEST = 3  # with fewer runs a table says it better


@dataclass(frozen=True)
class Chart:
    width: int
    height: int
    new: str  # points of the lines
    old: str
    dots: list[tuple[float, float, Point]]
    lines: list[tuple[float, float]]  # height, value
    left: int = LEFT
    right: int = WIDTH - RIGHT


def chart(points: list[Point]) -> Chart | None:
    if len(points) < FEWEST:
        return None
    values = [value for point in points for value in (point.new, point.old)]
    low = max(int(min(values) * 10) / 10, 0)
    high = min(int(max(values) * 10 + 0.999) / 10, 1)
    high = high if high > low else low + 0.1

    def x(place: int) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * place / (len(points) - 1), 1)

    def y(value: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low), 1)

    def line(side: list[float]) -> str:
        return " ".join(f"{x(place)},{y(value)}" for place, value in enumerate(side))

    steps = 2 if high - low <= 0.2 else 4
    return Chart(
        WIDTH,
        HEIGHT,
        line([point.new for point in points]),
        line([point.old for point in points]),
        [(x(place), y(point.new), point) for place, point in enumerate(points)],
        [(y(low + (high - low) * n / steps), low + (high - low) * n / steps) for n in range(steps + 1)],
    )
