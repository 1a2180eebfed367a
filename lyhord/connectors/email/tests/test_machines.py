"""What a machine wrote is never answered by one, and what a person wrote always comes through."""

import json

import pytest

from lyhord.channels.contract import Event, Unsupported
from lyhord.connectors.email import machines
from lyhord.connectors.email.tests.data import HOSTILE, OURS, event, mails, raw, read

PATH = HOSTILE / "own-mail-loops" / "cases.json"
CASES = [each for each in json.loads(PATH.read_bytes()) if each["raw"]] if PATH.exists() else []


@pytest.mark.parametrize("knows_us", [True, False])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_verdicts_of_the_collection(case: dict[str, object], knows_us: bool) -> None:
    found = read(str(case["raw"]).encode(), OURS if knows_us else {})
    opens = isinstance(found, Event) and found.kind == "created"
    is_human = isinstance(found, Event) and opens and "automatic" not in found.extra
    assert opens is case["may_open_ticket"]
    assert is_human is case["may_reopen"]
    assert is_human is case["may_auto_answer"]
    if isinstance(found, Unsupported):
        assert found.why


def test_what_opens_without_a_person_stands_alone_and_is_marked() -> None:
    """It would reopen a case if it took part in its thread."""
    found = event(raw(from_="noreply@bank.example", in_reply_to="<a@x>", references="<a@x>"))
    assert found.author is not None
    assert (found.thread, found.parent, found.author.is_bot) == (found.item, None, True)
    person = event(raw(in_reply_to="<a@x>", references="<a@x>"))
    assert person.author is not None
    assert (person.thread, person.parent, person.author.is_bot) == ("<a@x>", "<a@x>", False)


@pytest.mark.parametrize(
    "subject",
    [
        "Auto insurance question",
        "Automatic doors do not open",
        "Out of office chairs?",
        "Frånvaroanmälan via appen fungerar inte",
        "Poissaolon ilmoittaminen ei onnistu",
        "Absence du bureau de poste",
        "Parcel not delivered",
        "Returned mail order",
        "Delivery failure of my parcel, paid 450 kr",
        "Vacation house: heating is broken",
    ],
)
def test_people_who_use_such_words_come_through(subject: str) -> None:
    assert (
        event(raw("I paid 450 kr on 5.1.2026 and it was not delivered.", subject=subject)).kind == "created"
    )


@pytest.mark.parametrize(
    "subject", ["Autosvar: Din order", "Frånvaro", "Automaattinen vastaus: Re: x", "Automatisk svar: x"]
)
def test_nordic_absences_are_known(subject: str) -> None:
    assert isinstance(read(raw(subject=subject)), Unsupported)


def test_a_group_that_hands_on_to_us_is_no_list() -> None:
    told = raw(list_id="<help.our.example>", list_post="<mailto:help@our.example>", precedence="list")
    assert event(told).kind == "created"
    assert isinstance(read(raw(list_id="<news.shop.example>")), Unsupported)


@pytest.mark.parametrize("rounds", [3, 20, 200])
def test_two_parties_without_a_mark_lose_no_mail(rounds: int) -> None:
    """The connector sends nothing by itself, so a ping-pong ends with its first mail; what comes stays in one thread."""
    found = [
        event(raw("We got your mail.", message_id=f"<p{at}@x>", references="<p0@x>"))
        for at in range(1, rounds)
    ]
    assert {each.thread for each in found} == {"<p0@x>"}
    assert len({each.key for each in found}) == rounds - 1


NAMES = ("lhost-", "rhost-", "arf-", "rfc3464-", "rfc3834-")


def test_no_report_of_a_mail_server_opens_anything() -> None:
    wrong, seen = [], 0
    for name, content in mails("mail-bounces"):
        if name.rpartition("/")[2].startswith(NAMES):
            found = read(content, {})
            seen += 1
            if not isinstance(found, Unsupported) and getattr(found, "kind", "") not in {"delivered", "read"}:
                wrong.append(name)
    assert wrong == []
    assert seen > 300 or not HOSTILE.is_dir()


def test_what_is_no_report_is_none() -> None:
    for _name, content in mails("mail-bounces/maildir/not"):
        assert event(content, {}).kind == "created"


def test_a_verdict_says_what_may_follow() -> None:
    assert machines.Verdict("human").may_auto_answer
    assert not machines.Verdict("automatic").may_reopen
    assert machines.Verdict("automatic").may_open
