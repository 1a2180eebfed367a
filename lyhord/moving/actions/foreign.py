"""Ids of another system, and ours that they became."""

import hashlib
from datetime import datetime

from lyhord.moving.models import Foreign
from lyhord.staff.models import Brand


def key_of(native: str) -> str:
    return hashlib.sha256(native.encode("utf-8", "replace")).hexdigest()


class Ledger:
    """Those of one brand and system, read once: a file asks for each several times."""

    def __init__(self, brand: Brand, system: str) -> None:
        self.brand, self.system = brand, system
        rows = Foreign.objects.filter(brand=brand, system=system).values_list("kind", "key", "row")
        self.rows = {(kind, key): row for kind, key, row in rows.iterator(chunk_size=5_000)}

    def get(self, kind: str, native: str) -> int | None:
        return self.rows.get((kind, key_of(native))) if native else None

    def look(self, kind: str, native: str) -> None:
        """Somebody else may have brought it since we read."""
        key = key_of(native)
        if (kind, key) not in self.rows:
            place = {"brand": self.brand, "system": self.system, "kind": kind, "key": key}
            row = Foreign.objects.filter(**place).values_list("row", flat=True).first()
            if row is not None:
                self.rows[kind, key] = row

    def keep(self, kind: str, native: str, row: int, now: datetime) -> None:
        key = key_of(native)
        Foreign.objects.get_or_create(
            brand=self.brand, system=self.system, kind=kind, key=key, defaults={"row": row, "at": now}
        )
        self.rows[kind, key] = row

    def forget(self, kind: str, native: str) -> None:
        """What was kept in a transaction that did not hold."""
        self.rows.pop((kind, key_of(native)), None)
