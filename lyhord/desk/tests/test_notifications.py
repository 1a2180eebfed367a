"""What is for one of us: told once, never with a customer's words, and by the ways that she chose."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as post
from django.test import Client
from pytest_django import Settings

from lyhord.desk import actions, noticing, steps
from lyhord.desk.actions import notifications
from lyhord.desk.models import About, Notification, NotificationSettings
from lyhord.desk.steps import notices
from lyhord.desk.tests.conftest import World
from lyhord.staff.models import User
from lyhord.web.models import Change

pytestmark = pytest.mark.django_db


def unread(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user, read_at=None).values_list("what", flat=True))


def test_who_is_given_a_conversation_is_told_and_her_page_hears_of_it(
    world: World, linnea: User, petri: User
) -> None:
    conversation = world.says("Aino")
    actions.assign(conversation, petri, by=linnea, now=world.now)
    assert unread(petri) == ["assigned"] and unread(linnea) == []
    change = Change.objects.get(topic="notification")
    assert (change.object_id, change.audience) == (petri.pk, f"u{petri.pk}")


def test_whoever_has_it_hears_that_the_customer_wrote_again(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    assert not Notification.objects.exists()
    actions.take(conversation, by=linnea, now=world.now)
    for _again in range(3):
        world.later(minutes=1)
        world.says("Aino", "Hallå?")
    assert unread(linnea) == ["answered"]


def test_nobody_is_told_of_what_she_did_herself(world: World, linnea: User) -> None:
    actions.take(world.says("Aino"), by=linnea, now=world.now)
    assert unread(linnea) == []


def test_the_same_again_before_it_was_read_is_one(world: World, linnea: User, petri: User) -> None:
    conversation = world.says("Aino")
    for _again in range(3):
        notifications.tell(petri, "mentioned", conversation, world.later(minutes=1), by=linnea)
    row = Notification.objects.get(user=petri)
    assert (row.times, row.at) == (3, world.now)
    assert notifications.read(petri, now=world.now, conversation=conversation.pk) == 1
    notifications.tell(petri, "mentioned", conversation, world.later(minutes=1), by=linnea)
    assert Notification.objects.filter(user=petri).count() == 2


def test_who_left_and_nobody_are_not_told(world: World, petri: User) -> None:
    conversation = world.says("Aino")
    User.objects.filter(pk=petri.pk).update(is_active=False)
    petri.refresh_from_db()
    assert notifications.tell(petri, "warned", conversation, world.now) is None
    assert notifications.tell(None, "warned", conversation, world.now) is None
    with pytest.raises(ValueError):
        notifications.tell(User(is_active=True), "made up", conversation, world.now)


def test_a_kind_that_she_does_not_want_is_not_kept(world: World, petri: User) -> None:
    notifications.choose({"warned": []}, 15, (None, None), by=petri, now=world.now)
    assert notifications.tell(petri, "warned", world.says("Aino"), world.now) is None
    assert unread(petri) == []


def test_a_mail_is_planned_once_for_all_that_is_gathered(world: World, petri: User) -> None:
    first = world.now
    notifications.tell(petri, "approval_wanted", world.says("Aino"), first)
    due = NotificationSettings.objects.get(user=petri).due_at
    assert due is not None and (due - first).seconds == 15 * 60
    notifications.tell(petri, "too_late", world.says("Bo", thread="t2"), world.later(minutes=3))
    assert NotificationSettings.objects.get(user=petri).due_at == due


@pytest.mark.parametrize(
    ("at", "begins", "ends", "quiet"),
    [
        ("23:00", "22:00", "07:00", True),
        ("06:59", "22:00", "07:00", True),
        ("07:00", "22:00", "07:00", False),
        ("12:30", "12:00", "13:00", True),
        ("13:00", "12:00", "13:00", False),
        ("13:00", "08:00", "08:00", True),
    ],
)
def test_quiet_hours_may_go_over_midnight(at: str, begins: str, ends: str, *, quiet: bool) -> None:
    told = [time.fromisoformat(text) for text in (at, begins, ends)]
    assert noticing.is_quiet(*told) is quiet
    assert not noticing.is_quiet(told[0], None, None)


def test_quiet_hours_end_on_the_next_morning() -> None:
    zone = ZoneInfo("Europe/Stockholm")
    late = datetime(2026, 11, 20, 23, 30, tzinfo=zone)
    ends = noticing.quiet_ends(late, time(22), time(7))
    assert ends == datetime(2026, 11, 21, 7, 0, tzinfo=zone)


def test_quiet_hours_end_after_now_in_the_hour_that_comes_twice() -> None:
    zone = ZoneInfo("Europe/Stockholm")
    now = datetime(2026, 10, 25, 1, 10, tzinfo=UTC).astimezone(zone)  # 02:10 for the second time
    ends = noticing.quiet_ends(now, time(22), time(2, 30))
    assert ends is not None and ends.astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_only_what_differs_from_the_defaults_is_kept() -> None:
    assert noticing.kept({"warned": ["page"], "too_late": ["mail", "page"], "mentioned": ["mail"]}) == {
        "mentioned": ["mail"]
    }
    assert set(noticing.MAILED) <= set(About.values)


# The bell, the list, the settings -------------------------------------------------------------------------------


def test_the_bell_counts_and_the_list_leads_to_the_conversation(
    world: World, linnea: User, petri: User, client: Client
) -> None:
    conversation = world.says("Aino")
    actions.assign(conversation, petri, by=linnea, now=world.now)
    client.force_login(petri)
    assert 'class="count">1<' in client.get("/notifications/bell/").content.decode()
    page = client.get("/notifications/").content.decode()
    assert f"/inbox/{conversation.pk}/" in page and "Linnea Nord" in page
    client.post("/notifications/read/")
    assert "count" not in client.get("/notifications/bell/").content.decode()
    assert unread(petri) == []


def test_reading_the_conversation_reads_what_was_told_of_it(world: World, linnea: User, petri: User) -> None:
    conversation = world.says("Aino")
    actions.assign(conversation, petri, by=linnea, now=world.now)
    actions.mark_read(conversation, by=petri, now=world.now)
    assert unread(petri) == []


def test_nobody_reads_or_sees_the_notifications_of_another(
    world: World, linnea: User, petri: User, client: Client
) -> None:
    row = notifications.tell(petri, "mentioned", world.says("Aino"), world.now, by=linnea)
    assert row is not None
    client.force_login(linnea)
    client.post("/notifications/read/", {"ids": str(row.pk)})
    assert unread(petri) == ["mentioned"]
    assert client.get(f"/notifications/{row.pk}/")["Location"] == "/notifications/"


def test_the_browser_is_given_words_only_where_she_asked_and_never_in_quiet_hours(
    world: World, petri: User, client: Client
) -> None:
    conversation = world.says("Aino", "Min väska är borta")
    notifications.tell(petri, "warned", conversation, world.now)
    client.force_login(petri)
    assert "data-newest" not in client.get("/notifications/bell/").content.decode()
    notifications.choose({"warned": ["page", "browser"]}, 15, (None, None), by=petri, now=world.now)
    told = client.get("/notifications/bell/").content.decode()
    assert "data-newest" in told and "väska" not in told
    always = time(0, 0)
    notifications.choose({"warned": ["page", "browser"]}, 15, (always, always), by=petri, now=world.now)
    assert "data-newest" not in client.get("/notifications/bell/").content.decode()


def test_the_settings_are_kept_and_shown(petri: User, client: Client) -> None:
    client.force_login(petri)
    given = {
        "mentioned-page": "on",
        "mentioned-mail": "on",
        "mail_minutes": "60",
        "quiet_from": "22:00",
        "quiet_until": "07:00",
    }
    assert client.post("/settings/notifications/", given).status_code == 302
    row = NotificationSettings.objects.get(user=petri)
    assert row.ways["mentioned"] == ["page", "mail"] and row.ways["warned"] == []
    assert (row.mail_minutes, row.quiet_from) == (60, time(22))
    assert 'value="22:00"' in client.get("/settings/notifications/").content.decode()
    half = client.post("/settings/notifications/", {"mail_minutes": "15", "quiet_from": "22:00"})
    assert half.status_code == 422


# The mails --------------------------------------------------------------------------------------------------------


@pytest.fixture
def mailing(settings: Settings) -> None:
    settings.LYHORD_SMTP_URL = "smtp://localhost"


def test_one_mail_tells_all_that_was_gathered_and_no_words_of_a_customer(
    world: World, petri: User, mailing: None
) -> None:
    first = world.says("Aino", "Min hemliga väska", thread="t1")
    notifications.tell(petri, "approval_wanted", first, world.now)
    notifications.tell(petri, "too_late", world.says("Bo", thread="t2"), world.now)
    notifications.tell(petri, "assigned", first, world.now)  # in the page alone
    assert steps.due_notices(world.now) == []
    now = world.later(minutes=15)
    assert steps.due_notices(now) == [(0, petri.pk)]
    steps.mail_notices(petri.pk, now)
    (mail,) = post.outbox
    assert mail.to == [petri.email] and f"#{first.number}" in mail.body and "hemliga" not in mail.body
    assert mail.body.count("\n- ") == 2
    assert steps.due_notices(world.later(days=1)) == []


def test_in_quiet_hours_the_mail_waits_for_their_end(world: World, petri: User, mailing: None) -> None:
    notifications.choose({}, 15, (time(12), time(15)), by=petri, now=world.now)  # 13 in Stockholm
    notifications.tell(petri, "too_late", world.says("Aino"), world.now)
    steps.mail_notices(petri.pk, world.later(minutes=15))
    assert not post.outbox
    due = NotificationSettings.objects.get(user=petri).due_at
    assert due == datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
    steps.mail_notices(petri.pk, due)
    assert len(post.outbox) == 1


def test_what_was_read_meanwhile_is_not_mailed(world: World, petri: User, mailing: None) -> None:
    notifications.tell(petri, "too_late", world.says("Aino"), world.now)
    notifications.read(petri, now=world.now)
    steps.mail_notices(petri.pk, world.later(minutes=15))
    assert not post.outbox


def test_old_ones_are_forgotten(world: World, petri: User) -> None:
    notifications.tell(petri, "warned", world.says("Aino"), world.now)
    assert notifications.forget_old(world.later(days=59)) == 0
    assert notifications.forget_old(world.later(days=2)) == 1


def test_what_is_told_while_a_mail_is_on_its_way_goes_with_the_next(
    world: World, petri: User, mailing: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = world.says("Aino"), world.says("Maja", thread="m")
    notifications.tell(petri, "too_late", first, world.now)

    def slowly(person: User, waiting: list[Notification]) -> bool:
        for matter in (first, second):  # the one again, and another
            notifications.tell(petri, "too_late", matter, world.later(seconds=1))
        return True

    monkeypatch.setattr(notices, "sent", slowly)
    steps.mail_notices(petri.pk, world.later(minutes=15))
    assert set(Notification.objects.values_list("mailed_at", flat=True)) == {None}
    monkeypatch.undo()
    assert steps.due_notices(world.later(minutes=15)) == [(0, petri.pk)]
    steps.mail_notices(petri.pk, world.now)
    assert post.outbox[0].body.count("\n- ") == 2
