"""A slip in a mail domain is seen; a domain that may be somebody's own is left alone."""

import pytest

from referrals.mail_domains import meant_address, meant_domain


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.con", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.cmo", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmail.com.au", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("hotmail.co", "hotmail.com"),
        ("yaho.com", "yahoo.com"),
        ("outlok.com", "outlook.com"),
        ("iclod.com", "icloud.com"),
        ("bigpond.con.au", "bigpond.com.au"),
        ("bigpong.com", "bigpond.com"),
        ("optusnet.con.au", "optusnet.com.au"),
        ("samplepractice.con", "samplepractice.com"),
        ("samplepractice.com.ua", "samplepractice.com.au"),
        ("GMIAL.COM", "gmail.com"),
    ],
)
def test_a_slip_is_seen(typed, meant):
    assert meant_domain(typed.casefold()) == meant
    assert meant_address(f"alex@{typed}") == f"alex@{meant}"


REAL = """gmail.com googlemail.com hotmail.com.au hotmail.co.uk hotmail.fr live.nl yahoo.co.nz
    outlook.de email.com mail.com ymail.com me.com msn.com bigpond.net.au iinet.net.au
    practice.example clinic.com.au health.nsw.gov.au clinic.ua clinic.cm"""


@pytest.mark.parametrize("typed", REAL.split())
def test_a_domain_that_exists_is_left_alone(typed):
    assert meant_domain(typed) == ""


@pytest.mark.parametrize("typed", ["", "nonsense", "alex@", "@", "alex@.", "a@b@"])
def test_what_is_no_address_gets_no_suggestion(typed):
    assert meant_address(typed) == ""
