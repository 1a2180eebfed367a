"""A person as a plain value, so that every room can be asked for what it holds about her."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """All the ways in which one person is known here. An empty field means: not known so."""

    customer_ids: tuple[int, ...] = ()
    identity_ids: tuple[int, ...] = ()
    native_ids: tuple[tuple[str, str], ...] = ()  # (connector, id on that network)
    addresses: tuple[str, ...] = ()  # mail addresses and telephone numbers, as written

    def natives_on(self, connector: str) -> tuple[str, ...]:
        return tuple(native for name, native in self.native_ids if name == connector)

    @property
    def is_nobody(self) -> bool:
        return not (self.customer_ids or self.identity_ids or self.native_ids or self.addresses)
