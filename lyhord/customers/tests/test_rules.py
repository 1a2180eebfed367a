"""What speaks for two accounts being one person's."""

import pytest

from lyhord.customers import rules, traces, wishing
from lyhord.customers.rules import Known

AINO = Known("mail", name="Aino Virtanen", mails=frozenset({"aino@example.com"}))


def known(connector: str = "mastodon", **told: object) -> Known:
    return Known(connector, **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "codes", "is_suggested"),
    [
        (AINO, known(name="Aino Virtanen"), ["name_same"], False),
        (AINO, known(mails=frozenset({"aino@example.com"})), ["mail"], True),
        (AINO, known(name="A. Virtanen", mails=frozenset({"aino@example.com"})), ["mail", "name_initial"], True),
        (AINO, known(name="Erik Lind", mails=frozenset({"aino@example.com"})), ["mail", "other_name"], False),
        (known(name="Åsa Öberg", handle="kattmamma77"), known("x", name="Asa Oberg", handle="kattmamma77"), ["handle_rare", "name_letters"], True),
        (known(handle="kattmamma77"), known("x", handle="kattmamma77"), ["handle_rare"], False),
        (known(name="Anna Berg", handle="annaberg"), known("x", name="Anna Berg", handle="annaberg"), ["name_same", "handle_is_name"], False),
        (known(handle="kattmamma77"), known(handle="kattmamma77"), [], False),
        (known(profile="a.example/aino", links=frozenset({"b.example/aino"})), known("x", profile="b.example/aino", links=frozenset({"a.example/aino"})), ["links_both"], True),
        (known(profile="a.example/aino"), known("x", links=frozenset({"a.example/aino"})), ["link"], False),
        (known(name="Johanna Ögren", profile="bokhora.example", phones=frozenset({"701"})), known("x", name="Johanna Öberg", links=frozenset({"bokhora.example"})), ["link", "name_surname"], False),
        (known(name="Johanna Ögren", profile="bokhora.example", handle="bokhoran"), known("x", name="Johanna Öberg", handle="bokhoran", links=frozenset({"bokhora.example"})), ["link", "handle", "name_surname"], True),
        (known("mail", name="Bengan Lund", phones=frozenset({"701234567"})), known("mail", name="Bengt Lund", phones=frozenset({"701234567"})), ["phone", "name_short", "same_network"], True),
    ],
)  # fmt: skip
def test_pairs_are_weighed_with_reasons(
    one: Known, other: Known, codes: list[str], is_suggested: bool
) -> None:
    for first, second in ((one, other), (other, one)):
        found = rules.reasons(first, second)
        assert sorted(reason.code for reason in found) == sorted(codes)
        assert rules.is_suggested(found) is is_suggested


def test_a_name_that_many_bear_says_half() -> None:
    twin = known(name="Aino Virtanen")
    rare, common = rules.reasons(AINO, twin, carriers=2), rules.reasons(AINO, twin, carriers=3)
    assert (rare[0].points, common[0].points) == (30, 15)


def test_the_same_words_at_the_same_moment_carry_a_name_over_the_line() -> None:
    twin = known(name="Aino Virtanen")
    assert not rules.is_suggested(rules.reasons(AINO, twin, alike=0.5))
    assert rules.is_suggested(rules.reasons(AINO, twin, alike=0.9))


def test_evidence_is_masked() -> None:
    one = known(mails=frozenset({"aino@example.com"}), phones=frozenset({"701234567"}))
    told = str([reason.values for reason in rules.reasons(one, one)])
    assert "aino@" not in told and "701234567" not in told
    assert "a…@example.com" in told and "…567" in told


@pytest.mark.parametrize(
    ("text", "mails", "phones", "bookings"),
    [
        ("Skriv till Aino.V@example.com.", ["aino.v@example.com"], [], []),
        ("@aino@mastodon.example svarade", [], [], []),
        ("Ring 070-123 45 67 eller +46 (0)70 123 45 67", [], ["701234567"], []),
        ("Tavoitan numerosta 040 123 4567", [], ["401234567"], []),
        ("Tlf. 91 23 45 67", [], ["91234567"], []),
        ("Jeg har ordre 91234567", [], [], ["91234567"]),
        ("Bokningsnummer: ABC12X, 2026-11-20 kl 08.15", [], [], ["ABC12X"]),
        ("Tilausnumero 556677 ei näy", [], [], ["556677"]),
        ("Avgång 2026-11-20, tåg 42, vagn 4", [], [], []),
        ("Order is slow, ticket sales too", [], [], []),
    ],
)
def test_what_people_tell_by_the_way(
    text: str, mails: list[str], phones: list[str], bookings: list[str]
) -> None:
    assert (traces.mails(text), traces.phones(text), traces.bookings(text)) == (mails, phones, bookings)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("@Aino_V@mastodon.example", "ainov"),
        ("aino.v", "ainov"),
        ("@AinoV", "ainov"),
        ("info", ""),
        ("anna", ""),
        ("123456", ""),
    ],
)
def test_handles_are_compared_across_networks(written: str, folded: str) -> None:
    assert traces.handle(written) == folded


def test_pages_are_compared_without_what_browsers_add() -> None:
    assert traces.links("Se https://www.Example.com/@aino/, och http://m.example.com/a/b/c?d=1") == [
        "example.com/@aino"
    ]


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("Snälla ring mig inte, mejla!", [("call", "never")]),
        ("Älkää soittako minulle.", [("call", "never")]),
        ("Vennligst ikke ring meg", [("call", "never")]),
        ("Please don't call me, I'm deaf", [("call", "never"), ("access", "hearing")]),
        ("Svara gärna via mejl", [("channel", "mail")]),
        ("Vastatkaa suomeksi, kiitos", [("language", "fi")]),
        ("Svar gerne på dansk", [("language", "da")]),
        ("Jeg er svaksynt", [("access", "sight")]),
        ("Minulla on lukihäiriö", [("access", "reading")]),
        ("Sluta skicka reklam!", [("topic", "reklam")]),
        ("My name is pronounced Eye-no", [("said", "Eye-no")]),
        ("My pronouns are they/them", [("pronoun", "they/them")]),
        ("Ring mig helst efter kl 17", [("channel", "phone"), ("times", "efter kl 17")]),
        ("Varför ringer ingen tillbaka?", []),
        ("You never called back and the train was late", []),
        ("Tåget har ingen språkinställning på finska", []),
    ],
)
def test_wishes_are_read_in_her_own_words(text: str, wishes: list[tuple[str, str]]) -> None:
    assert [(found.kind, found.value) for found in wishing.find(text)] == wishes


@pytest.mark.parametrize(
    ("reply", "offers"),
    [("Vi ringer dig i morgon.", True), ("Soitamme sinulle huomenna.", True), ("We'll call you tomorrow", True), ("Ring oss gärna på 0771", False), ("You called it", False)],
)  # fmt: skip
def test_a_reply_that_promises_a_call_is_seen(reply: str, offers: bool) -> None:
    assert wishing.offers_call(reply) is offers
