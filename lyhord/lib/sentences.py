"""Fixed sentences with values in them: English on their way, translated where they are shown."""

from collections.abc import Mapping
from typing import Any

Value = str | int


class Filled(str):
    """`why % values`, which still knows what it was made of. Everywhere else it is the English sentence."""

    why: str
    values: Mapping[str, Value]

    def __new__(cls, why: str, values: Mapping[str, Value]) -> "Filled":
        made = super().__new__(cls, why % values)
        made.why, made.values = why, dict(values)
        return made


def filled(why: str, **values: Value) -> Filled:
    """`why` is marked by `N_` where it is written."""
    return Filled(why, values)


def told(sentences: object) -> dict[str, dict[str, Any]]:
    """What JSON keeps of those among `sentences` that have values, by the English sentence."""
    found = sentences if isinstance(sentences, (list, tuple)) else []
    return {
        str(one): {"why": one.why, "values": dict(one.values)} for one in found if isinstance(one, Filled)
    }


def again(sentence: str, kept: object) -> str:
    """`sentence` as it was before JSON, by what `told` kept; whatever does not fit is the plain sentence."""
    one = kept.get(sentence) if isinstance(kept, Mapping) else None
    if not isinstance(one, Mapping):
        return sentence
    why, values = one.get("why"), one.get("values")
    if not (isinstance(why, str) and isinstance(values, Mapping)):
        return sentence
    plain = {
        name: value
        for name, value in values.items()
        if isinstance(name, str) and isinstance(value, (str, int))
    }
    try:
        made = Filled(why, plain)
    except (KeyError, TypeError, ValueError):
        return sentence
    return made if made == sentence else sentence
