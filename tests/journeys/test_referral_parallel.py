"""Ten copies of one form at the same moment, through real processes, make one referral."""

import http.cookiejar
import re
import threading
import urllib.error
import urllib.request

from tests.makers import quick_post, sample_pdf
from tests.running_site import RunningSite

BOUNDARY = "sample-boundary"


class Sender:
    def __init__(self, site: RunningSite) -> None:
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)
        self.url = f"{site.url}/refer/"
        html = self.opener.open(self.url).read().decode()
        self.hidden = dict(
            re.findall(r'name="(csrfmiddlewaretoken|form_key)" value="([^"]+)"', html)
        )
        self.letter = sample_pdf(self.hidden["form_key"])  # of each form its own

    def body(self, **changes: str) -> bytes:
        fields = {**quick_post(letter=[""]), **self.hidden, "red_flags": "none", **changes}
        del fields["letter"]
        parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
        parts.append(b'name="letter"; filename="letter.pdf"\r\n\r\n' + self.letter)
        head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; ".encode()
        return b"".join(head + part + b"\r\n" for part in parts) + f"--{BOUNDARY}--\r\n".encode()

    def send(self, **changes: str) -> str:
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        request = urllib.request.Request(self.url, self.body(**changes), kind)  # noqa: S310
        with self.opener.open(request, timeout=60) as response:
            return re.search(r'class="reference">([^<]+)<', response.read().decode())[1]


def at_once(count: int, act) -> list[str]:
    references: list[str] = []
    threads = [threading.Thread(target=lambda: references.append(act())) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return references


def stored(site: RunningSite, reference: str) -> list[tuple[object, ...]]:
    return site.rows(
        "SELECT e.id, count(a.id) FROM referrals_enquiry e LEFT JOIN referrals_attachment a"
        f" ON a.enquiry_id = e.id WHERE e.reference = '{reference}' GROUP BY e.id"
    )


def test_ten_clicks_at_once_make_one_referral_with_one_letter(site: RunningSite):
    sender = Sender(site)
    before = site.rows("SELECT count(*) FROM referrals_enquiry")[0][0]
    references = at_once(10, sender.send)
    assert len(references) == 10
    assert len(set(references)) == 1
    assert site.rows("SELECT count(*) FROM referrals_enquiry")[0][0] == before + 1
    assert [count for _, count in stored(site, references[0])] == [1]


def test_ten_edited_copies_at_once_make_one_referral_beside_the_first(site: RunningSite):
    sender = Sender(site)
    first = sender.send()
    before = site.rows("SELECT count(*) FROM referrals_enquiry")[0][0]
    references = at_once(10, lambda: sender.send(patient_phone="0491 570 157"))
    assert len(references) == 10
    assert len({*references, first}) == 2
    assert site.rows("SELECT count(*) FROM referrals_enquiry")[0][0] == before + 1


def test_ten_patients_at_once_in_one_form_make_one_referral(site: RunningSite):
    sender = Sender(site)
    before = site.rows("SELECT count(*) FROM referrals_enquiry")[0][0]
    names = iter("abcdefghij")

    def act() -> str:
        try:
            return sender.send(patient_given_names=f"Jo-{next(names)}")
        except urllib.error.HTTPError as refusal:
            return str(refusal.code)

    answers = at_once(10, act)
    assert sorted(answers)[:9] == ["409"] * 9
    assert site.rows("SELECT count(*) FROM referrals_enquiry")[0][0] == before + 1
    assert [count for _, count in stored(site, max(answers))] == [1]
