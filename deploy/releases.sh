# What deploy/upgrade and deploy/back share: which release runs, how another takes its place.
# CLINIC_ROOT stands in front of every place, for a test that has no server of its own.
# shellcheck shell=bash

ROOT=${CLINIC_ROOT-}
OPT=$ROOT/opt/clinic
RELEASES=$OPT/releases
ENV_FILE=$ROOT/etc/clinic/clinic.env
UNITS=$ROOT/etc/systemd/system
RUN=$ROOT/run
HELD=''  # whether visitors wait at the door

# Where nobody reads any more, as after a connection that broke, the work goes on all the same.
step() { printf '\n== %s\n' "$*" || true; }
say() { printf '   %s\n' "$*" || true; }
refuse() { printf '\nStopped: %s\n' "$*" >&2; exit 1; }

need_root() { [ -n "$ROOT" ] || [ "$(id -u)" -eq 0 ] || refuse "this needs the rights of root. Type: sudo $0 $*"; }

take_turns() {
    mkdir -p "$RUN"
    exec 9> "$RUN/clinic-upgrade.lock"
    flock -n 9 || refuse "another upgrade is at work on this server. Wait until it has ended."
}

setting() { [ ! -f "$ENV_FILE" ] || sed -n "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*//p" "$ENV_FILE" | tail -n 1 | tr -d "\"'"; }
version_of() { sed -n 's/^version = "\(.*\)"/\1/p' "$1/pyproject.toml" | head -n 1; }
linked() { [ ! -L "$OPT/$1" ] || readlink -f "$OPT/$1"; }

manage() {  # RELEASE COMMAND …: as the site's own user
    local release=$1; shift
    if [ -n "$ROOT" ]; then
        (cd "$release" && CLINIC_ENV_FILE=$ENV_FILE "$release/.venv/bin/python" manage.py "$@" 9>&-)
    else
        (cd "$release" && runuser -u clinic -- env HOME=/var/lib/clinic XDG_CACHE_HOME=/var/cache/clinic \
            "$release/.venv/bin/python" manage.py "$@" 9>&-)
    fi
}

has_command() { [ -n "$(find "$1/clinic_site" -path "*/management/commands/$2.py" -print -quit)" ]; }

point() {  # NAME RELEASE: at no moment is there no link, or half of one
    ln -sfn "$2" "$OPT/$1.new"
    mv -T "$OPT/$1.new" "$OPT/$1"
}

# --- Visitors wait at the door --------------------------------------------------------------
# The socket stays open while nobody answers: who comes waits, as behind a slow page. A visitor
# starts the service again, so the service itself waits. It never starts while the hold is there,
# nor after a new start of the server: the code that runs does not fit the tables then.
HOLD=$OPT/hold
WEB_HELD=$UNITS/clinic-web.service.d/hold.conf
MAIL_HELD=$UNITS/clinic-mail.service.d/hold.conf

hold_visitors() {
    say "Visitors wait while the tables change: the earlier code does not fit the new ones."
    touch "$HOLD"
    HELD=1
    mkdir -p "${WEB_HELD%/*}" "${MAIL_HELD%/*}"
    cat > "$WEB_HELD" <<UNIT
[Service]
TimeoutStartSec=11min
ExecStartPre=/bin/sh -c 'n=0; while [ -e $HOLD ] && [ \$\$n -lt 3000 ]; do sleep 0.2; n=\$\$((n+1)); done; [ ! -e $HOLD ]'
UNIT
    printf '[Unit]\nConditionPathExists=!%s\n' "$HOLD" > "$MAIL_HELD"
    systemctl daemon-reload
    systemctl stop clinic-mail.service
    systemctl stop clinic-web.service
}

let_visitors_in() {
    HELD=''
    rm -f "$HOLD"
    local worked=0
    systemctl start clinic-web.service && systemctl start clinic-mail.service || worked=1
    rm -f "$WEB_HELD" "$MAIL_HELD"
    rmdir "${WEB_HELD%/*}" "${MAIL_HELD%/*}" 2> /dev/null || true
    systemctl daemon-reload
    return "$worked"
}

# --- From one release to another ------------------------------------------------------------
bring_units() {  # FROM TO: what nobody has changed by hand follows the release
    local path name
    for path in "$2"/deploy/clinic-*.service "$2"/deploy/clinic-*.socket "$2"/deploy/clinic-*.timer; do
        name=${path##*/}
        [ -f "$path" ] && [ -f "$UNITS/clinic-web.service" ] || continue
        [ -f "$UNITS/$name" ] || { say "$name is new. For it, run $OPT/current/deploy/install once more."; continue; }
        cmp -s "$path" "$UNITS/$name" && continue
        if cmp -s "$1/deploy/$name" "$UNITS/$name"; then
            install -m 644 "$path" "$UNITS/$name"
            say "$name: as the release wants it."
        else
            say "$name was changed on this server and stays so. The release has: $path"
        fi
    done
    cmp -s "$1/deploy/nginx.conf" "$2/deploy/nginx.conf" \
        || say "The file for nginx is another one. For it, run $OPT/current/deploy/install once more."
    [ ! -f "$2/deploy/clinic" ] || [ ! -f "$ROOT/usr/local/bin/clinic" ] \
        || install -m 755 "$2/deploy/clinic" "$ROOT/usr/local/bin/clinic"
    systemctl daemon-reload
}

restart() {  # the mail process may take its time, so nobody waits for it
    systemctl restart clinic-web.service && systemctl --no-block restart clinic-mail.service
}

wait_until_it_answers() {  # RELEASE
    PORT=$(setting PORT) "$1/.venv/bin/python" - 9>&- <<'PYTHON'
import os, sys, time, urllib.error, urllib.request
address, end = f"http://127.0.0.1:{os.environ['PORT'] or 8000}/livez", time.monotonic() + 90
while True:
    try:
        urllib.request.urlopen(address, timeout=30)
        break
    except urllib.error.HTTPError as answer:
        if answer.code < 500:
            break
    except OSError:
        pass
    if time.monotonic() > end:
        sys.exit(1)
    time.sleep(0.3)
PYTHON
}

ask_the_doctor() {  # RELEASE
    has_command "$1" doctor || return 0
    step "How it is"
    manage "$1" doctor || say "The doctor found something: each line above says how to mend it."
}
