"""What the room gives and forgets when a person asks."""

from datetime import datetime

from django.apps import apps

from lyhord.lib.persons import Person
from lyhord.staff import actions, audit, personal_data
from lyhord.staff.models import AuditDetail, ResetWish, User


def test_every_table_is_declared() -> None:
    tables = {model.__name__ for model in apps.get_app_config("staff").get_models()}
    assert set(personal_data.DECLARED) == tables


def test_a_persons_audit_details_are_given_and_then_unreadable(administrator: User, now: datetime) -> None:
    for number in (7, 8):
        audit.record(
            "customer.exported",
            None,
            by=administrator,
            now=now,
            person=f"customer:{number}",
            private={"name": f"Eva {number}"},
        )
    person = Person(customer_ids=(7,), addresses=("Eva@Example.com",))
    actions.wish_for_reset("eva@example.com", now=now)
    given = personal_data.export(person)
    assert [row["of_her"] for row in given["audit"]] == [{"name": "Eva 7"}]
    assert [row["email"] for row in given["asked_for_a_password"]] == ["eva@example.com"]
    assert personal_data.erase(person, now) == 2
    assert personal_data.erase(person, now) == 0
    assert [row["of_her"] for row in personal_data.export(person)["audit"]] == [{}]
    assert not ResetWish.objects.exists()
    other = AuditDetail.objects.get(person="customer:8")
    assert audit.private_of(other) == {"name": "Eva 8"}
    audit.seal()
    assert audit.first_break() is None


def test_a_colleague_gets_her_profile_and_stays(administrator: User, now: datetime) -> None:
    person = Person(addresses=("CHIEF@example.com",))
    assert [row["name"] for row in personal_data.export(person)["colleague"]] == ["Astrid Chef"]
    personal_data.erase(person, now)
    assert User.objects.filter(pk=administrator.pk, name="Astrid Chef").exists()


def test_nobody_has_nothing(administrator: User, now: datetime) -> None:
    audit.record(
        "customer.exported", None, by=administrator, now=now, person="customer:7", private={"name": "Eva"}
    )
    assert not any(personal_data.export(Person()).values())
    assert personal_data.erase(Person(), now) == 0
