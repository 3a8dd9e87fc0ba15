"""deploy/upgrade and deploy/back: what they refuse, do, and leave where they fail.

Releases here are stubs that say what they were asked, and systemctl only writes it down. With real
processes and databases: tests/faults/test_upgrades.py.
"""

import fcntl
import http.server
import threading

import pytest

from tests.site.operations.upgrading.server import COMMANDS, ROOT, Server

MISFIT = "The earlier code may not work with these changes of the tables:\n  referrals 0099: Remove"


class Answering(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def server(tmp_path):
    with http.server.HTTPServer(("127.0.0.1", 0), Answering) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield Server(tmp_path, site.server_port)
        site.shutdown()


def upgrade(server, source, *more, **environment):
    return server.run("upgrade", str(source), *more, **environment)


def test_a_new_release_is_brought_and_the_old_one_kept(server):
    ended = upgrade(server, server.release("0.4.0"))
    assert ended.returncode == 0, ended.stderr + ended.stdout
    assert (server.runs(), server.linked("previous")) == ("0.4.0", "0.3.0")
    assert [line for line in server.asked() if "daemon-reload" not in line] == [
        "0.4.0 prepare_site --static-files",
        "0.3.0 backup",
        f"0.4.0 older_code_fits {server.opt}/releases/0.3.0",
        "0.4.0 prepare_site",
        "systemctl restart clinic-web.service",
        "systemctl --no-block restart clinic-mail.service",
    ]
    assert "Done: 0.4.0 runs. 0.3.0 is kept" in ended.stdout


def test_visitors_wait_at_the_door_while_tables_change_that_the_old_code_needs(server):
    source = server.release("0.4.0")
    server.answers(source, "older_code_fits", MISFIT, 1)
    assert upgrade(server, source).returncode == 0
    asked = [line for line in server.asked() if "daemon-reload" not in line]
    assert asked[3:] == [
        "systemctl stop clinic-mail.service",
        "systemctl stop clinic-web.service",
        "0.4.0 prepare_site",
        "systemctl start clinic-web.service",
        "systemctl start clinic-mail.service",
    ]
    assert not (server.opt / "hold").exists()
    assert list((server.root / "etc/systemd/system").iterdir()) == []


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("0.3.0", "0.3.0 runs already"),
        ("0.2.9", "0.2.9 is older than 0.3.0"),
        ("0.3.0.dev1", "is older than 0.3.0"),
        ("../../etc", "does not say its version"),
    ],
)
def test_it_refuses_what_is_no_newer_release(server, version, words):
    source = server.release("0.9.0")
    (source / "pyproject.toml").write_text(f'[project]\nversion = "{version}"\n')
    ended = upgrade(server, source)
    assert (ended.returncode, server.runs(), server.asked()) == (1, "0.3.0", [])
    assert words in ended.stderr


def test_it_refuses_where_the_disk_is_nearly_full(server):
    ended = upgrade(server, server.release("0.4.0"), CLINIC_FREE_KB="90000")
    assert (ended.returncode, server.asked()) == (1, [])
    assert "only 87 MB are free" in ended.stderr


def test_it_refuses_beside_another_upgrade(server):
    (server.root / "run").mkdir()
    with (server.root / "run/clinic-upgrade.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = upgrade(server, server.release("0.4.0"))
    assert (ended.returncode, server.asked()) == (1, [])
    assert "another upgrade is at work" in ended.stderr


def test_it_refuses_another_release_while_one_is_midway(server):
    (server.opt / "midway").write_text("0.4.0\n")
    ended = upgrade(server, server.release("0.5.0"))
    assert (ended.returncode, server.asked()) == (1, [])
    assert "an upgrade to 0.4.0 stopped midway" in ended.stderr
    ended = upgrade(server, server.release("0.4.0"))
    assert (ended.returncode, server.runs()) == (0, "0.4.0")
    assert not (server.opt / "midway").exists()


def test_it_shows_what_to_do_before_and_goes_on_when_that_is_done(server):
    source = server.release("0.4.0", note="Write the *door* key down.")
    ended = upgrade(server, source)
    assert (ended.returncode, server.runs(), server.asked()) == (1, "0.3.0", [])
    assert "0.4.0: Write the *door* key down." in ended.stdout
    assert upgrade(server, source, "--yes").returncode == 0


@pytest.mark.parametrize("command", ["backup", "prepare_site"])
def test_what_fails_before_the_switch_leaves_all_as_it_was(server, command):
    source = server.release("0.4.0")
    server.answers(source, command, "no room for it", 1)
    server.answers(server.opt / "releases/0.3.0", command, "no room for it", 1)
    ended = upgrade(server, source)
    assert (ended.returncode, server.runs(), server.linked("previous")) == (1, "0.3.0", "")
    assert "no room for it" in ended.stdout
    assert "0.3.0 runs as before" in ended.stderr
    assert not [line for line in server.asked() if "restart" in line]
    assert not (server.opt / "midway").exists()


def test_a_migration_that_fails_lets_visitors_in_to_the_old_code(server):
    source = server.release("0.4.0")
    server.answers(source, "older_code_fits", MISFIT, 1)
    server.answers(source, "migrate", "", 1)  # --check: the migrations still wait
    write = source / "venv/bin/python"
    write.write_text(
        write.read_text().replace("said=", '[ "${3-}" != --static-files ] || exit 0\nsaid=')
    )
    server.answers(source, "prepare_site", "a table is broken", 1)
    ended = upgrade(server, source)
    assert (ended.returncode, server.runs()) == (1, "0.3.0")
    assert server.asked()[-2:] == ["systemctl start clinic-mail.service", "systemctl daemon-reload"]
    assert "a table is broken" in ended.stdout


def test_a_lost_connection_or_a_ctrl_c_does_not_break_off_what_changes_tables(server):
    source = server.release("0.4.0")
    server.answers(source, "older_code_fits", MISFIT, 1)
    server.meets(source, "prepare_site", "kill -s HUP 0; kill -s INT 0")
    ended = upgrade(server, source)
    assert (ended.returncode, server.runs()) == (0, "0.4.0"), ended.stderr


@pytest.mark.parametrize("answering", [("0.4.0", 0), ("0.3.0", 1)])  # or no database at all
def test_old_code_never_meets_tables_that_it_does_not_fit(server, answering):
    source, old = server.release("0.4.0"), server.opt / "releases/0.3.0"
    server.answers(source, "older_code_fits", MISFIT, 1)
    server.answers(source, "migrate", "", answering[1])
    server.answers(old, "migrate", "", answering[1])
    server.meets(source, "prepare_site", "trap '' TERM; kill -s TERM 0")
    ended = upgrade(server, source)
    assert (ended.returncode, server.runs()) == (130, "0.3.0")
    assert "Run deploy/upgrade again with 0.4.0" in ended.stderr
    assert not [line for line in server.asked() if "systemctl start" in line]
    held = server.root / "etc/systemd/system"  # of the server itself: it may start anew meanwhile
    assert f"-e {server.opt}/hold" in (held / "clinic-web.service.d/hold.conf").read_text()
    assert f"=!{server.opt}/hold" in (held / "clinic-mail.service.d/hold.conf").read_text()
    assert (server.opt / "hold").exists()


def test_an_upgrade_that_was_broken_off_midway_is_finished_by_the_same_command(server):
    source = server.release("0.4.0")
    server.answers(source, "older_code_fits", MISFIT, 1)
    server.meets(source, "prepare_site", "trap '' TERM; kill -s TERM 0")
    backups = server.root / "var/backups/clinic"
    backups.mkdir(parents=True)
    (backups / "clinic-1.tar").write_text("")
    upgrade(server, source)
    assert "stopped midway" in server.run("back").stderr
    (source / "meets/prepare_site").unlink()
    ended = upgrade(server, source)
    assert (ended.returncode, server.runs()) == (0, "0.4.0"), ended.stderr
    assert [line for line in server.asked() if "backup" in line] == ["0.3.0 backup"]
    made = (server.opt / "releases/0.4.0/.backup-before").read_text()
    assert made == f"{backups}/clinic-1.tar\n"
    assert not (server.opt / "hold").exists()
    assert not (server.opt / "midway").exists()


def test_a_release_that_does_not_start_gives_way_to_the_one_before(server):
    (server.root / "fails-on-restart").write_text("")
    ended = upgrade(server, server.release("0.4.0"))
    assert (ended.returncode, server.runs()) == (1, "0.3.0")
    assert "0.4.0 did not answer, so 0.3.0 runs again" in ended.stderr


def test_back_is_one_command_and_forward_again_too(server):
    upgrade(server, server.release("0.4.0"))
    ended = server.run("back")
    assert (ended.returncode, server.runs(), server.linked("previous")) == (0, "0.3.0", "0.4.0")
    assert "stays there, unread" in ended.stdout
    assert server.run("back").returncode == 0
    assert server.runs() == "0.4.0"


def test_back_is_refused_where_the_old_code_does_not_fit(server):
    source = server.release("0.4.0")
    server.answers(source, "older_code_fits", MISFIT, 1)
    upgrade(server, source)
    ended = server.run("back")
    assert (ended.returncode, server.runs()) == (1, "0.4.0")
    assert "does not fit the tables of 0.4.0. Nothing was changed." in ended.stderr
    assert "referrals 0099: Remove" in ended.stderr


def test_without_a_release_before_there_is_no_way_back(server):
    ended = server.run("back")
    assert ended.returncode == 1
    assert "there is no release before this one" in ended.stderr


def test_units_follow_the_release_unless_somebody_changed_them(server):
    units = server.root / "etc/systemd/system"
    units.mkdir(parents=True)
    source, old = server.release("0.4.0"), server.opt / "releases/0.3.0"
    for name in ("clinic-web.service", "clinic-mail.service"):
        (old / "deploy" / name).write_text("old")
        (source / "deploy" / name).write_text("new")
        (units / name).write_text("old")
    (units / "clinic-mail.service").write_text("by hand")
    (source / "deploy/clinic-ping.timer").write_text("new")
    (source / "deploy/nginx.conf").write_text("new")
    ended = upgrade(server, source)
    found = [(units / f"clinic-{name}.service").read_text() for name in ("web", "mail")]
    assert found == ["new", "by hand"]
    assert "clinic-mail.service was changed on this server and stays so" in ended.stdout
    assert "clinic-ping.timer is new. For it, run" in ended.stdout
    assert "The file for nginx is another one. For it, run" in ended.stdout


def test_only_the_release_before_is_kept(server):
    for version in ("0.4.0", "0.5.0"):
        assert upgrade(server, server.release(version)).returncode == 0
    kept = sorted(path.name for path in (server.opt / "releases").iterdir())
    assert kept == ["0.4.0", "0.5.0"]


def test_the_backup_of_the_last_upgrade_is_kept(server):
    backups = server.root / "var/backups/clinic"
    backups.mkdir(parents=True)
    for number, version in enumerate(("0.4.0", "0.5.0")):
        (backups / f"clinic-{number}.tar").write_text("")
        assert upgrade(server, server.release(version)).returncode == 0
        assert [path.name for path in backups.glob("*.keep")] == [f"clinic-{number}.tar.keep"]


@pytest.mark.parametrize("script", ["upgrade", "back", "releases.sh"])
def test_each_line_is_short_enough_to_read(script):
    assert max(map(len, (ROOT / "deploy" / script).read_text().splitlines())) <= 250


@pytest.fixture
def misfit(server):
    """A server after an upgrade whose tables the code before it does not fit."""
    source, backups = server.release("0.4.0"), server.root / "var/backups/clinic"
    server.answers(source, "older_code_fits", MISFIT, 1)
    backups.mkdir(parents=True)
    (backups / "clinic-1.tar").write_text("")
    (server.opt / f"releases/0.3.0/{COMMANDS}/restore.py").write_text("")
    assert upgrade(server, source).returncode == 0
    data = server.root / "var/lib/clinic"
    (data / "private").mkdir(parents=True)
    (data / "private/letter").write_text("of today")
    (data / "clinic.sqlite3").write_text("of today")
    return server


def test_back_with_the_backup_sets_aside_what_came_in_since(misfit):
    data = misfit.root / "var/lib/clinic"
    assert "--with-backup" in misfit.run("back").stderr
    assert "again with --yes" in misfit.run("back", "--with-backup").stderr
    misfit.meets(misfit.opt / "releases/0.3.0", "restore", f"ls {data} > {misfit.root}/place")
    ended = misfit.run("back", "--with-backup", "--yes")
    assert (ended.returncode, misfit.runs(), misfit.linked("previous")) == (0, "0.3.0", "")
    assert f"0.3.0 restore {misfit.root}/var/backups/clinic/clinic-1.tar" in misfit.asked()
    (aside,) = data.glob("set-aside-*")
    assert (misfit.root / "place").read_text().split() == [aside.name]
    assert sorted(path.name for path in aside.iterdir()) == ["clinic.sqlite3", "private"]
    assert f"since lies in {aside}" in ended.stdout


def test_a_backup_that_is_refused_leaves_the_data_of_today(misfit):
    data = misfit.root / "var/lib/clinic"
    misfit.answers(misfit.opt / "releases/0.3.0", "restore", "the keys do not fit", 1)
    ended = misfit.run("back", "--with-backup", "--yes")
    assert (ended.returncode, misfit.runs()) == (1, "0.4.0")
    assert sorted(path.name for path in data.iterdir()) == ["clinic.sqlite3", "private"]
    assert (data / "private/letter").read_text() == "of today"
    assert "systemctl start clinic-web.service clinic-mail.service" in misfit.asked()


def test_an_upgrade_that_stopped_midway_is_taken_back_with_its_backup(server):
    source, backups = server.release("0.4.0"), server.root / "var/backups/clinic"
    server.answers(source, "older_code_fits", MISFIT, 1)
    server.meets(source, "prepare_site", "trap '' TERM; kill -s TERM 0")
    backups.mkdir(parents=True)
    (backups / "clinic-1.tar").write_text("")
    (server.root / "var/lib/clinic").mkdir(parents=True)
    (server.opt / f"releases/0.3.0/{COMMANDS}/restore.py").write_text("")
    assert "back --with-backup" in upgrade(server, source).stderr
    ended = server.run("back", "--with-backup", "--yes")
    assert (ended.returncode, server.runs()) == (0, "0.3.0"), ended.stderr
    assert not (server.opt / "hold").exists()
    assert not (server.opt / "midway").exists()
