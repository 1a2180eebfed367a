"""How far a step has come."""

from lyhord.web.models import Mark


def get(name: str) -> int:
    return Mark.objects.filter(name=name).values_list("value", flat=True).first() or 0


def put(name: str, value: int) -> None:
    """Move the mark ahead; never back."""
    if not Mark.objects.filter(name=name).exists():
        Mark.objects.get_or_create(name=name)
    Mark.objects.filter(name=name, value__lt=value).update(value=value)
