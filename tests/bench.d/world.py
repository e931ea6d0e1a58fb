"""What has to run and to exist before anybody can log in. Everything happens in a private world."""

import base64
import os
import random
import socket
import subprocess
import threading
import time
from pathlib import Path

STEP = 30
# A bench takes minutes: codes for so many steps from the enrollment on are enough.
STEPS = 20

GOOGLE_OPTIONS = """\
" RATE_LIMIT 10 30
" DISALLOW_REUSE
" TOTP_AUTH
"""


class User:
    """Somebody with an authenticator, which shows the same code to every module."""

    def __init__(self, number, family="bench"):
        self.name = f"{family}{number:03}"
        self.uid = 60000 + number
        self.home = Path("/home", self.name)
        self.secret = ""
        self.codes = []
        self.first_step = self.last_step = 0

    def passwd_line(self):
        return f"{self.name}:x:{self.uid}:100::{self.home}:/bin/sh\n"

    def enrolled(self, secret):
        """Asks oathtool for all codes at once, so that nothing is computed while measuring."""
        self.secret = secret
        self.first_step = self.last_step = present_step()
        start = f"--now=@{self.first_step * STEP}"
        oathtool = ["oathtool", "--totp", "--base32", start, f"--window={STEPS - 1}", "-"]
        self.codes = run(oathtool, secret).split()

    def code(self, step):
        return self.codes[step - self.first_step]

    def wrong_code(self):
        return next(code for code in iter(lambda: f"{random.randrange(10**6):06}", None)
                    if code not in self.codes)


def present_step():
    return int(time.time()) // STEP


def run(argv, stdin=""):
    return subprocess.run(argv, input=stdin, text=True, check=True, stdout=subprocess.PIPE).stdout


def start(count):
    """Starts bus and daemon; returns the daemon's process and `count` enrolled users."""
    users = [User(number) for number in range(count)]
    make_accounts(users)
    # Where journald listens, so that log lines cost here what they cost the caller there.
    swallow_datagrams("/dev/log")
    swallow_datagrams("/run/systemd/journal/socket")
    start_bus()
    daemon = start_daemon()
    for user in users:
        enroll(user)
    tell_google(users)
    tell_oath(users)
    return daemon, users


def make_accounts(users):
    with open("/etc/passwd", "a", encoding="ascii") as passwd:
        passwd.writelines(user.passwd_line() for user in users)


def swallow_datagrams(path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(path)
    os.chmod(path, 0o666)

    def swallow():
        while True:
            listener.recv(65536)

    threading.Thread(target=swallow, daemon=True).start()


def start_bus():
    os.makedirs("/run/dbus", exist_ok=True)
    argv = ["dbus-daemon", "--system", "--nofork", "--nopidfile", "--print-address"]
    # What it complains of here, a limit that it may not raise, is of no interest, unless it ends.
    with open("/run/bench/bus.log", "w", encoding="utf-8") as log:
        bus = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=log)
    # It prints its address when it listens.
    if not bus.stdout.readline():
        raise SystemExit("bench: no bus: " + Path("/run/bench/bus.log").read_text())


def start_daemon(program="proauthd"):
    # It logs to a terminal if it has one, which would cost it more than the journal.
    with open("/run/bench/daemon.log", "a", encoding="utf-8") as log:
        daemon = subprocess.Popen([program, "serve"], stderr=log)
    for _ in range(100):
        answer = subprocess.run(["proauthd", "list", "--json"], capture_output=True, text=True)
        if answer.returncode == 0:
            return daemon
        time.sleep(0.05)
    raise SystemExit(f"bench: proauthd does not answer: {answer.stderr.strip()}")


def stop_daemon(daemon):
    daemon.terminate()
    if daemon.wait() != 0:
        raise SystemExit(f"bench: proauthd ended with {daemon.returncode}")


def enroll(user):
    """Through the command line, as an administrator's script would. Uses up the present code."""
    argv = ["proauthd", "enroll", "--user", user.name, "--offline", "--json"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as cli:
        secret = cli.stdout.readline().split('"secret":"')[1].split('"')[0]
        user.enrolled(secret)
        cli.communicate(user.code(user.first_step) + "\n")
    if cli.returncode != 0:
        raise SystemExit(f"bench: proauthd did not enroll {user.name}")


def tell_google(users):
    for user in users:
        user.home.mkdir(mode=0o700)
        os.chown(user.home, user.uid, 100)
        for name, options in [("", GOOGLE_OPTIONS), ("_plain", '" TOTP_AUTH\n')]:
            file = user.home / f".google_authenticator{name}"
            file.write_text(f"{user.secret}\n{options}")
            file.chmod(0o400)
            os.chown(file, user.uid, 100)


def tell_oath(users):
    lines = [f"HOTP/T{STEP}/6 {user.name} - {base64.b32decode(user.secret).hex()}\n"
             for user in users]
    folder = Path("/etc/liboath")
    (folder / "users.oath").write_text("".join(lines))
    for user, line in zip(users, lines):
        (folder / f"{user.name}.oath").write_text(line)
    for file in folder.iterdir():
        file.chmod(0o600)
