"""Attempts to log in, and how long they took.

A step is accepted once, so every right code needs a user whose present code is fresh. Hence many
users, of whom each logs in once a step, on the machine's own clock: libfaketime, the other way,
would have to be inside the measured process, and would cost time there.

Of one step, a user types at most one right and one wrong code to each module. So nobody comes near
our five free tries, after which a refusal costs no flush; and RATE_LIMIT of google-authenticator,
by default 3 tries in 30 seconds, is 10 here, so that it is counted but never reached.
"""

import os
import subprocess
import tempfile
import time

from world import STEP, present_step

RUN = "/run/bench/pam_bench"

PAM_SUCCESS, PAM_AUTH_ERR = 0, 7
EXPECTED = {"right": PAM_SUCCESS, "wrong": PAM_AUTH_ERR}

FLOOR = "permit"
OURS = "proauth"
SERVICES = [FLOOR, "google-reuse", "google-plain", "oath-shared", "oath-own", OURS]

# At the beginning of a round everything is measured and nothing kept.
WARM_UP = 10
PER_ROUND = 100
ROUNDS = 4
BURST = 50
USERS = 2 * (WARM_UP + PER_ROUND) + BURST


class Attempt:
    """One code for one user at one module."""

    def __init__(self, service, user, kind, step):
        self.service, self.user, self.kind = service, user, kind
        code = user.code(step) if kind == "right" else user.wrong_code()
        self.words = [service, user.name, code]

    def microseconds(self, line):
        """Reads what pam_bench says of it. A refusal that is taken for a success, or the other
        way round, would be measured as such: any surprise ends the bench."""
        service, user, result, prompts, took = line.split()
        expected = (EXPECTED[self.kind], 0 if self.service == FLOOR else 1)
        if (service, user) != (self.service, self.user.name):
            raise SystemExit(f"bench: asked for {self.words[:2]}, got {line}")
        if (int(result), int(prompts)) != expected:
            raise SystemExit(
                f"bench: {service}, {user}, {self.kind} code: PAM result {result} after {prompts} "
                f"prompts, expected {expected[0]} after {expected[1]}")
        return int(took) / 1000


class Results:
    """All that was measured. Times are in microseconds, those of bursts in milliseconds."""

    def __init__(self):
        # By (service, kind, heat).
        self.samples = {}
        # By service.
        self.bursts = {}
        # What a flush alone takes: nobody who makes an answer durable can do without one.
        self.flushes = []
        # Ticks of the CPUs while we did nothing, and how many of them others used.
        self.resting = self.others = 0

    def others_share(self):
        """How much of the machine others used meanwhile."""
        return self.others / max(1, self.resting)


def rounds(users):
    """Measures everything, several times over, since whatever disturbs comes and goes."""
    half = WARM_UP + PER_ROUND
    results = Results()
    for number in range(ROUNDS):
        step = fresh_step(users, results)
        # Halves change places, for the sake of those whose place in a file is far down.
        halves = [users[:half], users[half:2 * half]]
        for heat, attempt_all in (("warm", warm), ("cold", cold)):
            attempts = interleaved(halves[(number + (heat == "cold")) % 2], step)
            for attempt, took in list(zip(attempts, attempt_all(attempts)))[warm_up_attempts():]:
                key = attempt.service, attempt.kind, heat
                results.samples.setdefault(key, []).append(took)
        for service in ("google-reuse", "oath-shared", OURS):
            results.bursts.setdefault(service, []).append(burst(service, users[-BURST:], step))
        results.flushes += flush(PER_ROUND)
    return results


def fresh_step(users, results):
    """Waits until nobody has used the present code, and sees who else uses the machine."""
    used = max(user.last_step for user in users)
    idle, total = cpu_ticks()
    time.sleep(max(0, (used + 1) * STEP - time.time()))
    idle_then, total_then = cpu_ticks()
    results.resting += total_then - total
    results.others += total_then - total - (idle_then - idle)
    step = present_step()
    for user in users:
        user.last_step = step
    return step


def cpu_ticks():
    """Idle ticks and all. Waiting for the disk is not idle."""
    with open("/proc/stat", encoding="ascii") as stat:
        ticks = [int(word) for word in stat.readline().split()[1:9]]
    return ticks[3], sum(ticks)


def kinds(service):
    # pam_permit refuses nobody.
    return ["right"] if service == FLOOR else ["right", "wrong"]


def interleaved(users, step):
    """Each user at all modules before the next one, beginning with another module each time, so
    that whatever else the machine does hits all alike."""
    attempts = []
    for number, user in enumerate(users):
        first = number % len(SERVICES)
        for service in SERVICES[first:] + SERVICES[:first]:
            attempts += [Attempt(service, user, kind, step) for kind in kinds(service)]
    return attempts


def warm_up_attempts():
    return WARM_UP * sum(len(kinds(service)) for service in SERVICES)


def warm(attempts):
    """All in one process."""
    plan = "".join(" ".join(attempt.words) + "\n" for attempt in attempts)
    lines = subprocess.run([RUN], input=plan, stdout=subprocess.PIPE, text=True, check=True)
    lines = lines.stdout.splitlines()
    if len(lines) != len(attempts):
        raise SystemExit(f"bench: {len(attempts)} attempts, {len(lines)} results")
    return [attempt.microseconds(line) for attempt, line in zip(attempts, lines)]


def cold(attempts):
    """A fresh process for each, one after the other; it loads everything that it needs."""
    for attempt in attempts:
        ran = subprocess.run([RUN, *attempt.words], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, text=True, check=True)
        yield attempt.microseconds(ran.stdout)


def flush(count):
    """Writes a page of a file on the disk and flushes it, again and again."""
    times = []
    with tempfile.TemporaryFile(dir="/home") as file:
        for number in range(count):
            os.pwrite(file.fileno(), os.urandom(4096), 4096 * (number % 8))
            start = time.monotonic()
            os.fdatasync(file.fileno())
            times.append((time.monotonic() - start) * 1e6)
    return times


def burst(service, users, step):
    """All users at the same moment, each in a process of their own with their own right code.
    Tells in how many milliseconds all were answered, and how many were let in."""
    attempts = [Attempt(service, user, "right", step) for user in users]
    gate, opener = os.pipe()
    started = [subprocess.Popen([RUN, *attempt.words], stdin=gate, stdout=subprocess.PIPE,
                                text=True) for attempt in attempts]
    os.close(gate)
    # They all wait at the gate by then.
    time.sleep(0.5)
    start = time.monotonic()
    os.close(opener)
    for process in started:
        process.wait()
    took = time.monotonic() - start
    results = [process.stdout.read().split()[2] for process in started]
    let_in = results.count(str(PAM_SUCCESS))
    if service == OURS and let_in != len(users):
        raise SystemExit(f"bench: {len(users)} users at once, {let_in} let in: {results}")
    return took * 1000, let_in
