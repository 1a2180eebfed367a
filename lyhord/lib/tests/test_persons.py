from lyhord.lib.persons import Person


def test_a_person_is_known_by_all_her_names_on_one_network() -> None:
    person = Person(native_ids=(("mastodon", "1"), ("x", "2"), ("mastodon", "3")))
    assert person.natives_on("mastodon") == ("1", "3")
    assert person.natives_on("mail") == ()


def test_somebody_without_any_name_is_nobody() -> None:
    assert Person().is_nobody
    assert not Person(addresses=("kim@customer.example",)).is_nobody
