import pytest

from lyhord.lib import addresses


@pytest.mark.parametrize(
    "address", ["9.9.9.9", "1.1.1.1", "193.10.1.1", "2620:fe::fe", "2a00:1450::1", "2001:67c::1"]
)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert addresses.is_public(address)


@pytest.mark.parametrize(
    "address",
    "0.0.0.0 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 169.254.169.254 172.16.0.1 192.0.0.8 192.0.2.1 192.88.99.1 "
    "192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 "
    ":: ::1 ::127.0.0.1 ::9.9.9.9 ::ffff:10.0.0.1 ::ffff:9.9.9.9 64:ff9b::9.9.9.9 64:ff9b:1::1 100::1 2001::1 2001:10::1 "
    "2001:db8::1 2002:a00:1:: 3ffe::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 "
    "2620:fe::fe%1 localhost 010.0.0.1".split(),
)
def test_addresses_that_lead_inside_or_nowhere_are_not(address: str) -> None:
    assert not addresses.is_public(address)


@pytest.mark.parametrize(
    ("url", "host", "port", "rest"),
    [
        ("https://Pub.Example.com", "pub.example.com", 443, ""),
        ("http://pub.example.com./a/b?c=d#e", "pub.example.com", 80, "/a/b?c=d"),
        ("https://[2620:FE::fe]:8443/", "2620:fe::fe", 8443, "/"),
        ("https://9.9.9.9?x", "9.9.9.9", 443, "?x"),
        ("https://my_shop.example.com/å", "my_shop.example.com", 443, "/å"),
        ("https://räksmörgås.example/", "xn--rksmrgs-5wao1o.example", 443, "/"),
    ],
)
def test_a_url_is_read_in_one_way(url: str, host: str, port: int, rest: str) -> None:
    target = addresses.read(url)
    assert (target.host, target.port, target.rest) == (host, port, rest)
    assert addresses.read(target.url) == target


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://a b.example/", "space"),
        ("https://a.example/\u2028", "space"),
        ("https://a.example\\@b.example/", "backslash"),
        ("//a.example/", "absolute"),
        ("gopher://a.example/", "only http"),
        ("https://", "host is missing"),
        ("https://kim@a.example/", "user name"),
        ("https://[::1%25eth0]/", "user name or other signs"),
        ("https://[::ffff:999.0.0.1]/", "no IPv6"),
        ("https://a.example:0/", "port 0"),
        ("https://a.example:65536/", "port 65536"),
        ("https://1.2.3.256/", "no IPv4"),
        ("https://0x7f000001/", "is a number"),
        ("https://127.1/", "is a number"),
        ("https://9.9.9.9./", "is a number"),
        ("https://-a.example/", "no name"),
        ("https://a..example/", "no name"),
        (f"https://{'a' * 64}.example/", "no name"),
        ("https://ｌｏｃａｌｈｏｓｔ/", "no name"),
    ],
)
def test_a_url_that_programs_read_differently_is_refused(url: str, why: str) -> None:
    with pytest.raises(addresses.Unfit, match=why):
        addresses.read(url)
