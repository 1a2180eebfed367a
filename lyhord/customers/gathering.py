"""Which accounts may be one person's: traces of them are kept, and pairs that share one are weighed.

Bounded: candidates come from an index of traces alone, a value that many share is no evidence, and each batch weighs a
limited number of pairs. Nothing is merged here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, QuerySet

from lyhord.customers import names, rules, traces
from lyhord.customers.models import Identity, Suggestion, Trace
from lyhord.intake.models import Post
from lyhord.lib import bulk

MOST_PAIRS = 200  # that one batch weighs
MOST_SHARERS = 5_000  # rows that one batch looks at
TELLING = ("mail", "phone", "booking", "handle", "profile", "link")  # kinds that candidates are found by
SAME_PAGE = {"profile": "page", "link": "page"}  # a link tells where a profile is

Pair = tuple[int, int]


class Found(NamedTuple):
    identity: int
    brand: int
    kind: str
    value: str
    post: int | None
    at: datetime


def of_identity(row: Identity) -> list[Found]:
    """What the account itself tells."""
    told = [("name", key) for key in names.keys(row.name)]
    if row.native.startswith("mail:"):
        told.append(("mail", row.native.removeprefix("mail:").casefold()))
    elif handle := traces.handle(row.handle):
        told.append(("handle", handle))
    if page := traces.page(row.profile):
        told.append(("profile", page))
    return [Found(row.pk, row.brand_id, kind, value[:200], None, row.last_at) for kind, value in told]


def of_post(post: Post, identity: Identity) -> list[Found]:
    """What she tells of herself in her words."""
    told = [
        *(("mail", value) for value in traces.mails(post.text)),
        *(("phone", value) for value in traces.phones(post.text)),
        *(("booking", value) for value in traces.bookings(post.text)),
        *(("link", value) for value in traces.links(post.text)),
    ]
    return [
        Found(identity.pk, identity.brand_id, kind, value[:200], post.pk, post.at) for kind, value in told
    ]


def keep(found: Iterable[Found]) -> list[Found]:
    """Write what was not known yet, and give it."""
    wanted = {(one.identity, one.kind, one.value): one for one in reversed(list(found))}
    rows = Trace.objects.filter(identity__in={key[0] for key in wanted})
    known = set(rows.values_list("identity", "kind", "value")) if wanted else set()
    new = [one for key, one in wanted.items() if key not in known]
    bulk.insert(
        [
            Trace(
                identity_id=one.identity,
                brand_id=one.brand,
                kind=one.kind,
                value=one.value,
                post_id=one.post,
                at=one.at,
            )
            for one in new
        ]
    )
    return new


def candidates(new: Collection[Found]) -> list[Pair]:
    """Pairs of accounts that share what was newly told; what too many share is left out."""
    wanted = {(one.brand, SAME_PAGE.get(one.kind, one.kind), one.value) for one in new if one.kind in TELLING}
    if not wanted:
        return []
    rows = Trace.objects.filter(
        brand__in={brand for brand, _kind, _value in wanted},
        kind__in=TELLING,
        value__in={value for _brand, _kind, value in wanted},
    )
    sharers: dict[tuple[int, str, str], dict[int, str]] = defaultdict(dict)
    for identity, brand, kind, value in rows.order_by("-pk").values_list(
        "identity", "brand", "kind", "value"
    )[:MOST_SHARERS]:
        sharers[brand, SAME_PAGE.get(kind, kind), value][identity] = kind
    found: set[Pair] = set()
    for key in wanted:
        group = sharers.get(key, {})
        # One more than is evidence: then what was suggested for it is weighed anew, and goes.
        if 1 < len(group) <= rules.COMMON + 1 and (key[1] != "page" or "profile" in group.values()):
            ids = sorted(group)
            found.update((one, other) for place, one in enumerate(ids) for other in ids[place + 1 :])
    return sorted(found)


def weigh(pairs: Collection[Pair], now: datetime, alike: Mapping[Pair, float] | None = None) -> int:
    """Suggest those pairs for which enough speaks; how many were suggested anew."""
    alike = alike or {}
    pairs = sorted(set(pairs))[:MOST_PAIRS]
    identities = people(pairs)
    pairs = [pair for pair in pairs if both_stand(pair, identities)]
    declined = declined_among(pairs, identities)
    pairs = [pair for pair in pairs if customers_of(pair, identities) not in declined]
    if not pairs:
        return 0
    known = known_of({pk for pair in pairs for pk in pair}, identities)
    carriers = carriers_of(identities[pk] for pair in pairs for pk in pair)
    rows = {(row.one_id, row.other_id): row for row in suggested(pairs)}
    new = []
    for pair in pairs:
        one, other = (known[pk] for pk in pair)
        many = max(
            (carriers.get((identities[pair[0]].brand_id, key), 0) for key in names.keys(one.name)), default=0
        )
        reasons = rules.reasons(one, other, carriers=many, alike=alike.get(pair, 0.0))
        row = rows.get(pair) or Suggestion(
            brand_id=identities[pair[0]].brand_id, one_id=pair[0], other_id=pair[1], made_at=now
        )
        new += write(row, reasons)
    bulk.insert(new)
    return len(new)


def people(pairs: Collection[Pair]) -> dict[int, Identity]:
    ids = {pk for pair in pairs for pk in pair}
    return Identity.objects.select_related("customer").in_bulk(ids)


def both_stand(pair: Pair, identities: Mapping[int, Identity]) -> bool:
    """Two customers of one brand, neither a machine nor erased."""
    both = [identities[pk] for pk in pair if pk in identities]
    if len(both) < 2 or both[0].customer_id == both[1].customer_id or both[0].brand_id != both[1].brand_id:
        return False
    return not any(row.is_bot or row.customer.erased_at or row.native.startswith("erased:") for row in both)


def customers_of(pair: Pair, identities: Mapping[int, Identity]) -> Pair:
    one, other = sorted(identities[pk].customer_id for pk in pair)
    return one, other


def declined_among(pairs: Collection[Pair], identities: Mapping[int, Identity]) -> set[Pair]:
    """Customers of whom a person said that these two are two: of any of their accounts, whichever was asked about."""
    if not pairs:
        return set()
    both = {customer for pair in pairs for customer in customers_of(pair, identities)}
    rows = Suggestion.objects.filter(
        state=Suggestion.DECLINED, one__customer__in=both, other__customer__in=both
    )
    found = rows.values_list("one__customer", "other__customer")
    return {(min(pair), max(pair)) for pair in found}


def suggested(pairs: Collection[Pair]) -> QuerySet[Suggestion]:
    """Also some that pair two of these otherwise."""
    return Suggestion.objects.filter(
        one__in={one for one, _other in pairs}, other__in={other for _one, other in pairs}
    )


def known_of(ids: set[int], identities: Mapping[int, Identity]) -> dict[int, rules.Known]:
    rows = list(Trace.objects.filter(identity__in=ids).values_list("identity", "brand", "kind", "value"))
    common = shared_by_many({(brand, kind, value) for _identity, brand, kind, value in rows})
    told: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for identity, brand, kind, value in rows:
        if (brand, kind, value) not in common:
            told[identity][kind].add(value)
    return {pk: known(identities[pk], told[pk]) for pk in ids}


def shared_by_many(values: Collection[tuple[int, str, str]]) -> set[tuple[int, str, str]]:
    """Addresses, numbers and handles that too many have for them to tell who somebody is."""
    wanted = {value for _brand, kind, value in values if kind not in {"name", "profile"}}
    rows = Trace.objects.filter(
        brand__in={brand for brand, _kind, _value in values}, kind__in=TELLING, value__in=wanted
    )
    counted = rows.values("brand", "kind", "value").annotate(n=Count("identity")).filter(n__gt=rules.COMMON)
    return set(counted.values_list("brand", "kind", "value"))


def known(row: Identity, told: Mapping[str, set[str]]) -> rules.Known:
    def all_of(kind: str) -> frozenset[str]:
        return frozenset(told.get(kind, ()))

    return rules.Known(
        connector=row.connector,
        name=row.name,
        handle=next(iter(sorted(all_of("handle"))), ""),
        profile=next(iter(sorted(all_of("profile"))), ""),
        mails=all_of("mail"),
        phones=all_of("phone"),
        bookings=all_of("booking"),
        links=all_of("link"),
    )


def carriers_of(identities: Iterable[Identity]) -> dict[tuple[int, str], int]:
    """How many customers of a brand bear each name, counted by its key."""
    wanted = {(row.brand_id, key) for row in identities for key in names.keys(row.name)}
    rows = Trace.objects.filter(
        kind="name", brand__in={brand for brand, _ in wanted}, value__in={key for _, key in wanted}
    )
    counted = rows.values("brand", "value").annotate(n=Count("identity__customer", distinct=True))
    return {(brand, value): n for brand, value, n in counted.values_list("brand", "value", "n")}


def write(row: Suggestion, reasons: list[rules.Reason]) -> list[Suggestion]:
    """Gives it back where it is to be inserted. One that is open is renewed; one that was decided stays as it is."""
    told = [{"code": reason.code, "points": reason.points, "values": reason.values} for reason in reasons]
    is_new, before = row.pk is None, row.reasons
    row.points, row.reasons = rules.total(reasons), told
    if is_new:
        return [row] if rules.is_suggested(reasons) else []
    if row.state == Suggestion.OPEN and before != told:
        if rules.is_suggested(reasons):
            row.save(update_fields=["points", "reasons"])
        else:
            row.delete()
    return []
