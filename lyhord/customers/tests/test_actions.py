from collections.abc import Callable
from datetime import datetime

import pytest

from lyhord.customers import actions, personal_data, queries
from lyhord.customers.models import Customer, Identity, Merge
from lyhord.lib.persons import Person
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import AuditEvent, Brand, Team, User
from lyhord.web.models import Change

pytestmark = pytest.mark.django_db
MakeUser = Callable[..., User]


def known(brand: Brand, now: datetime, *natives: str, name: str = "Aino Virtanen") -> Customer:
    customer = Customer.objects.create(brand=brand, name=name, since=now)
    for native in natives:
        Identity.objects.create(
            customer=customer,
            brand=brand,
            connector="demo",
            native=native,
            handle=native,
            first_at=now,
            last_at=now,
        )
    return customer


def natives(customer: Customer) -> set[str]:
    return {identity.native for identity in queries.identities_of(customer)}


def test_merging_moves_the_identities_and_undoing_brings_them_back(
    brand: Brand, make_user: MakeUser, now: datetime
) -> None:
    by = make_user()
    kept, gone = known(brand, now, "a1", "a2"), known(brand, now, "b1")
    made = actions.merge(kept, gone, by=by, now=now)
    assert natives(kept) == {"a1", "a2", "b1"}
    assert list(queries.customers_visible_to(by)) == [kept]
    actions.undo_merge(made, by=by, now=now)
    assert natives(kept) == {"a1", "a2"}
    assert natives(gone) == {"b1"}
    assert set(queries.customers_visible_to(by)) == {kept, gone}
    assert [event.verb for event in AuditEvent.objects.order_by("pk")] == [
        "customer.merged",
        "customer.merge_undone",
    ]
    assert Change.objects.filter(topic="customer").count() == 2


def test_undoing_twice_changes_nothing_more(brand: Brand, make_user: MakeUser, now: datetime) -> None:
    by = make_user()
    made = actions.merge(known(brand, now, "a"), known(brand, now, "b"), by=by, now=now)
    actions.undo_merge(made, by=by, now=now)
    actions.undo_merge(made, by=by, now=now)
    assert Change.objects.filter(topic="customer").count() == 2


def test_what_cannot_be_merged_is_refused(brand: Brand, make_user: MakeUser, now: datetime) -> None:
    by = make_user()
    one, other, third = known(brand, now, "a"), known(brand, now, "b"), known(brand, now, "c")
    foreign = known(Brand.objects.create(name="Other"), now, "d")
    with pytest.raises(actions.CannotMerge):
        actions.merge(one, one, by=by, now=now)
    with pytest.raises(actions.CannotMerge):
        actions.merge(one, foreign, by=by, now=now)
    actions.merge(one, other, by=by, now=now)
    with pytest.raises(actions.CannotMerge):
        actions.merge(third, other, by=by, now=now)
    assert Merge.objects.count() == 1


def test_a_chain_of_merges_is_undone_from_its_end(brand: Brand, make_user: MakeUser, now: datetime) -> None:
    by = make_user()
    first, second, third = known(brand, now, "a"), known(brand, now, "b"), known(brand, now, "c")
    early = actions.merge(second, first, by=by, now=now)
    late = actions.merge(third, second, by=by, now=now)
    with pytest.raises(actions.CannotUndo):
        actions.undo_merge(early, by=by, now=now)
    actions.undo_merge(late, by=by, now=now)
    actions.undo_merge(early, by=by, now=now)
    assert [natives(customer) for customer in (first, second, third)] == [{"a"}, {"b"}, {"c"}]


def test_a_listener_and_another_brand_may_not_merge(brand: Brand, make_user: MakeUser, now: datetime) -> None:
    kept, gone = known(brand, now, "a"), known(brand, now, "b")
    stranger = make_user(team=Team.objects.create(brand=Brand.objects.create(name="Other"), name="x"))
    for by in (make_user("listener"), stranger):
        with pytest.raises(NotYours):
            actions.merge(kept, gone, by=by, now=now)
    assert not Merge.objects.exists()


def test_a_change_is_audited_without_its_words_in_the_open(
    brand: Brand, make_user: MakeUser, now: datetime
) -> None:
    customer = known(brand, now, "a")
    actions.change(customer, by=make_user(), now=now, note="Prefers mail\x00", name="Aino V")
    customer.refresh_from_db()
    assert (customer.note, customer.name) == ("Prefers mail", "Aino V")
    detail = AuditEvent.objects.get().detail
    assert detail.person == f"customer:{customer.pk}"
    assert "Prefers" not in detail.sealed
    assert "Prefers" not in str(detail.plain)


def test_a_change_to_the_same_is_no_change(brand: Brand, make_user: MakeUser, now: datetime) -> None:
    customer = known(brand, now, "a")
    actions.change(customer, by=make_user(), now=now, name="Aino Virtanen")
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("words", ["Aino", "aino", "virt", "@a1", "a1"])
def test_people_are_found_by_the_beginning_of_name_or_handle(
    brand: Brand, make_user: MakeUser, now: datetime, words: str
) -> None:
    by = make_user()
    wanted = known(brand, now, "a1")
    known(brand, now, "b1", name="Erik Lind")
    known(Brand.objects.create(name="Other"), now, "a1x")
    assert queries.search(by, words) == [wanted]
    assert queries.search(by, "  ") == []


def test_erasure_takes_names_and_native_ids_and_leaves_others(brand: Brand, now: datetime) -> None:
    gone, stays = known(brand, now, "a1"), known(brand, now, "b1", name="Erik Lind")
    ids = tuple(Identity.objects.filter(customer=gone).values_list("pk", flat=True))
    person = Person(customer_ids=(gone.pk,), identity_ids=ids, native_ids=(("demo", "a1"),))
    told = personal_data.export(person)
    assert [row["native"] for row in told["identities"]] == ["a1"]
    assert personal_data.erase(person, now) == 2
    gone.refresh_from_db()
    assert (gone.name, gone.erased_at) == ("", now)
    assert natives(gone) == {f"erased:{ids[0]}"}
    assert natives(stays) == {"b1"}
