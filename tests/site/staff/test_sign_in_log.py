"""The sign-in log: what is written, what is not, who reads it, and what a flood may do."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from clinic_site.checks import sign_in_log_is_guarded
from clinic_site.models import SignInEvent
from clinic_site.sign_in import views
from clinic_site.staff import sign_in_log
from clinic_site.staff.sign_in_log import Kind, digest_of_the_day, note, note_refusal
from tests.codes import (
    CODE,
    CODES,
    PASSWORD,
    RENEW,
    REPLACE,
    code_for,
    secret_on,
    sign_in,
    type_code,
    type_password,
    with_phone,
    wrong_code,
)
from tests.makers import make_user, signed_in
from tests.triggers import drop_trigger

pytestmark = pytest.mark.django_db
LOG = "/admin/clinic_site/signinevent/"


@pytest.fixture
def robin():
    return with_phone()


def kinds():
    return list(SignInEvent.objects.order_by("pk").values_list("kind", flat=True))


def last_line():
    return SignInEvent.objects.order_by("pk").last()


class TestWhatIsWritten:
    def test_a_day_of_hers(self, client, robin):
        type_password(client, password="wrong")
        type_password(client)
        type_code(client, wrong_code())
        type_code(client, code_for())
        client.post("/admin/account/logout/")
        assert kinds() == ["wrong_password", "wrong_code", "signed_in", "signed_out"]
        assert {line.user_id for line in SignInEvent.objects.all()} == {robin.pk}

    def test_a_first_phone(self, client):
        make_user(is_superuser=True)
        type_password(client)
        type_code(client, code_for(secret_on(client)), "/admin/account/2fa/totp/activate/")
        assert kinds() == ["phone_connected", "signed_in"]

    def test_another_phone_and_new_codes(self, client, robin):
        sign_in(client)
        client.post(RENEW)
        type_code(client, code_for(secret_on(client, REPLACE)), REPLACE)
        assert kinds() == ["signed_in", "codes_renewed", "phone_replaced"]

    def test_a_new_password_and_a_wrong_old_one(self, client, robin):
        signed_in(client, robin)
        new = "another phrase that is long"
        for old in ("wrong", PASSWORD):
            typed = {"oldpassword": old, "password1": new, "password2": new}
            client.post("/admin/account/password/change/", typed)
        assert kinds() == ["wrong_password", "password_changed"]

    def test_a_recovery_code(self, client):
        make_user(is_superuser=True)
        type_password(client)
        type_code(client, code_for(secret_on(client)), "/admin/account/2fa/totp/activate/")
        code = client.get(CODES).content.decode().split("<code>")[1][:8]
        later = Client()
        type_password(later)
        type_code(later, code)
        assert (last_line().kind, last_line().detail) == ("signed_in", "recovery code")

    def test_refused_for_too_many_tries(self, client, robin):
        for _ in range(6):
            type_password(client, password="wrong")
        assert kinds() == ["wrong_password"] * 5 + ["too_many"]

    def test_too_many_codes(self, client, robin):
        type_password(client)
        for _ in range(6):
            type_code(client, wrong_code())
        assert kinds() == ["wrong_code"] * 5 + ["too_many"]

    def test_a_page_that_she_may_not_open(self, client):
        signed_in(client, make_user())
        client.get("/admin/auth/user/")
        assert (last_line().kind, last_line().detail) == ("denied", "auth_user_changelist")

    def test_a_forged_form(self):
        strict = signed_in(Client(enforce_csrf_checks=True), make_user(is_superuser=True))
        strict.post("/admin/auth/group/add/", {"name": "x"})
        assert kinds() == ["denied"]

    def test_nothing_of_a_public_page_that_is_refused(self, client):
        strict = signed_in(Client(enforce_csrf_checks=True), make_user())
        strict.get("/none/")
        assert kinds() == []


class TestWhatIsNot:
    def test_a_password_typed_as_the_name(self, client, robin):
        type_password(client, username=PASSWORD, password="")
        type_password(client, username=PASSWORD, password="x")
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM clinic_site_signinevent")
            stored = str(cursor.fetchall())
        assert PASSWORD not in stored
        assert (last_line().kind, last_line().user_id) == ("wrong_password", None)

    def test_an_address_or_what_another_day_could_be_connected_by(self, client, robin):
        type_password(client, password="wrong", REMOTE_ADDR="203.0.113.9")
        line, now = last_line(), timezone.now()
        assert line.address_digest == digest_of_the_day("203.0.113.9", now)
        assert line.address_digest != digest_of_the_day("203.0.113.9", now + timedelta(days=1))
        assert "203.0" not in str(vars(line))

    def test_an_address_cannot_be_guessed_without_the_key(self, robin, settings):
        now = timezone.now()
        before = digest_of_the_day("203.0.113.9", now)
        settings.SECRET_KEY = "another-key-of-these-tests-0123456789-abcdefghijklmnop"
        assert digest_of_the_day("203.0.113.9", now) != before

    def test_what_a_browser_says_of_itself(self, client, robin):
        type_password(client, password="wrong", headers={"user-agent": "<script>Samplepatient"})
        assert last_line().browser == "A browser we do not know"


class TestAFlood:
    """The attack: 100,000 wrong passwords, which must not fill the disk."""

    def tries(self, number, user=None, **at):
        for _ in range(number):
            note_refusal(Kind.WRONG_PASSWORD, user=user, **at)

    def test_of_one_account_is_counted_and_not_written(self, robin):
        now = timezone.now()
        self.tries(200, robin, at=now)
        assert SignInEvent.objects.count() == 21
        assert last_line().number == 100

    def test_of_names_that_nobody_has(self, rf, monkeypatch):
        monkeypatch.setattr(sign_in_log, "address_of", lambda request: "203.0.113.9")
        self.tries(200)
        assert SignInEvent.objects.count() == 21

    def test_from_everywhere(self, monkeypatch):
        monkeypatch.setattr(sign_in_log, "LINES_OF_NOBODY", 30)
        for number in range(200):
            monkeypatch.setattr(sign_in_log, "address_of", lambda request, n=number: f"a{n}")
            self.tries(1)
        assert SignInEvent.objects.count() == 31

    def test_at_other_names_hides_no_try_at_an_account(self, robin):
        self.tries(250)
        self.tries(1, robin)
        assert last_line().user_id == robin.pk

    def test_hides_nothing_that_she_does_herself(self, client, robin):
        self.tries(200, robin)
        sign_in(client)
        assert last_line().kind == "signed_in"

    def test_after_an_hour_it_writes_again(self, robin):
        now = timezone.now()
        self.tries(30, robin, at=now)
        self.tries(1, robin, at=now + timedelta(minutes=61))
        assert SignInEvent.objects.count() == 21


class TestWithoutTheLog:
    def refuse(self, **fields):
        raise DatabaseError

    def test_nobody_gets_in(self, client, robin, monkeypatch):
        client.raise_request_exception = False
        type_password(client)
        monkeypatch.setattr(views, "note", lambda *args, **kwargs: self.refuse())
        assert type_code(client, code_for()).status_code == 500
        assert client.get("/admin/").status_code == 302

    def test_nobody_connects_a_phone(self, client, monkeypatch):
        client.raise_request_exception = False
        make_user(is_superuser=True)
        type_password(client)
        secret = secret_on(client)
        monkeypatch.setattr(SignInEvent.objects, "create", self.refuse)
        answer = type_code(client, code_for(secret), "/admin/account/2fa/totp/activate/")
        assert answer.status_code == 500
        assert client.get("/admin/").status_code == 302

    def test_a_wrong_password_is_refused_as_ever(self, client, robin, monkeypatch):
        monkeypatch.setattr(SignInEvent.objects, "create", self.refuse)
        assert "do not belong together" in type_password(client, password="x").content.decode()
        type_password(client)
        assert "not the code" in type_code(client, wrong_code(), CODE).content.decode()

    def test_one_signs_out(self, client, robin, monkeypatch):
        signed_in(client, robin)
        monkeypatch.setattr(SignInEvent.objects, "create", self.refuse)
        client.post("/admin/account/logout/")
        assert client.get("/admin/").status_code == 302


class TestItIsWrittenOnce:
    @pytest.mark.parametrize("sql", ["UPDATE {} SET kind = 'x'", "DELETE FROM {}"])
    def test_the_database_refuses_every_change(self, sql, robin):
        note(Kind.SIGNED_IN, user=robin)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(sql.format("clinic_site_signinevent"))
        assert SignInEvent.objects.count() == 1

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
    def test_nor_may_it_be_emptied(self, robin):
        note(Kind.SIGNED_IN, user=robin)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute("TRUNCATE clinic_site_signinevent CASCADE")

    def test_a_missing_trigger_is_found(self):
        assert sign_in_log_is_guarded(None, databases=["default"]) == []
        with transaction.atomic():
            drop_trigger("clinic_site_signinevent_append_only_delete", "clinic_site_signinevent")
            found = sign_in_log_is_guarded(None, databases=["default"])
            transaction.set_rollback(True)
        assert [error.id for error in found] == ["clinic_site.E010"]

    def test_a_line_outlives_its_account(self, client, robin):
        kim, pk = make_user(username="kim"), robin.pk
        note(Kind.SIGNED_IN, user=kim)
        number = kim.pk
        kim.delete()
        assert last_line().user_id == number != pk
        html = signed_in(client, robin).get(LOG).content.decode()
        assert f"account {number}, deleted" in html


class TestWhoReadsIt:
    def test_who_may_change_users(self, client, robin):
        note(Kind.WRONG_CODE, user=robin)
        chief = make_user("auth.change_user", username="chief")
        assert "Wrong code" in signed_in(client, chief).get(LOG).content.decode()

    @pytest.mark.parametrize("right", ["auth.view_user", "referrals.view_enquiry"])
    def test_nobody_else(self, client, robin, right):
        line = note(Kind.WRONG_CODE, user=robin)
        staff = signed_in(client, make_user(right, username="rae"))
        assert staff.get(LOG).status_code == 403
        assert staff.get(f"{LOG}{line.pk}/change/").status_code == 403

    def test_nobody_changes_it(self, client, robin):
        line = note(Kind.WRONG_CODE, user=robin)
        staff = signed_in(client, robin)
        assert staff.get(f"{LOG}add/").status_code == 403
        assert staff.post(f"{LOG}{line.pk}/change/", {"kind": "x"}).status_code == 403
        assert staff.post(f"{LOG}{line.pk}/delete/", {"post": "yes"}).status_code == 403

    def test_newest_first_by_kind_and_by_person(self, client, robin):
        kim = make_user(username="kim")
        for kind, user in [("wrong_code", robin), ("denied", kim), ("signed_out", None)]:
            note(kind, user=user, detail=f"detail {kind}")
        staff = signed_in(client, robin)
        html = staff.get(LOG).content.decode()
        assert html.index("detail denied") < html.index("detail wrong_code")
        for asked, found in [
            ("kind=denied", "denied"),
            (f"person={robin.pk}", "wrong_code"),
            ("person=nobody", "signed_out"),
        ]:
            html = staff.get(f"{LOG}?{asked}").content.decode()
            assert html.count("detail ") == 1, asked
            assert f"detail {found}" in html, asked

    def test_each_person_her_own_last_20(self, client, robin):
        note(Kind.DENIED, user=make_user(username="kim"), detail="of kim")
        for number in range(25):
            note(Kind.DENIED, user=robin, detail=f"page {number}.")
        html = signed_in(client, robin).get("/admin/account/").content.decode()
        assert "page 24." in html
        assert "page 5." in html
        assert "page 4." not in html
        assert "of kim" not in html
