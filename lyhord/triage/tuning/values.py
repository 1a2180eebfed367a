"""The team's values as they stand in the rows."""

from dataclasses import dataclass

from lyhord.triage.models import Tuning
from lyhord.triage.tuning.laying import AS_SHIPPED, INFLUENCE_FROM, LINES, WEIGHTS, Tuned

OWN_TOPIC_FROM = 0.5
RATE = 0.05  # share of the dissatisfied who complain (ME-10)


@dataclass(frozen=True)
class Values:
    """All that was set: read once for a batch."""

    house: Tuned  # of the whole installation
    brands: dict[int, Tuned]  # those with values of their own
    complaint_rate: float = RATE
    own_topic_from: float = OWN_TOPIC_FROM  # from which chance on an own topic is said

    def of(self, brand: int | None) -> Tuned:
        return self.brands.get(brand, self.house) if brand is not None else self.house


SHIPPED = Values(AS_SHIPPED, {})


def read() -> Values:
    rows = {row.brand_id: row for row in Tuning.objects.all()}
    if not rows:
        return SHIPPED
    house = rows.pop(None, None) or Tuning(lines=dict(LINES), influence_from=INFLUENCE_FROM)
    weights = {name: whole(house.weights.get(name), points) for name, points in WEIGHTS.items()}

    def tuned(row: Tuning) -> Tuned:
        return Tuned(row.thresholds, row.lines, weights, house.influence_from)

    own = {brand: tuned(row) for brand, row in rows.items() if brand is not None}
    return Values(tuned(house), own, house.complaint_rate, house.own_topic_from)


def whole(value: object, usual: int) -> int:
    return value if isinstance(value, int) else usual
