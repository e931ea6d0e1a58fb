"""Whether the time that a refusal takes tells somebody with an authenticator, somebody without one
and nobody at all apart.

All type wrong codes only, few enough that nobody is ever slowed down: after TRIES by each, the
daemon starts anew with the store as it was at the beginning. The three kinds take turns, in every
order, so that whatever else the machine does hits all alike. They are few, of whom both existing
kinds take turns at the end of /etc/passwd, since a look-up of nobody goes on to there: each line
that it reads more than another costs a tenth of a microsecond. What it asks beyond that file is
this machine's own, and is measured.
"""

import os
import shutil
import subprocess
from itertools import combinations, cycle, permutations
from pathlib import Path
from statistics import median

import world
from measure import OURS, PAM_AUTH_ERR, RUN
from significance import mann_whitney

KINDS = ["known", "not enrolled", "unknown"]

# Names that share a bucket share its five free tries: no two of them use them up.
TRIES = 2
# Of each kind; those who warm up go first in each round, meet a daemon that has just started, and
# do not count. The others are a multiple of the orders in which the kinds can take their turns.
WARMING_UP = 2
MEASURED = 18

STORE = Path("/var/lib/proauth")
CLEAN = Path("/run/bench/clean-store")

# Two kinds can be told apart if their medians differ by more microseconds than this, and not by
# chance: one in a hundred, over all three pairs.
THRESHOLD = 20
CHANCE = 0.01 / 3

# Of calls that came to something else, as they do where three names share a bucket.
MOST_STRAY = 0.01


class Answers:
    """How long the answers took."""

    def __init__(self):
        # By kind, in microseconds.
        self.times = {kind: [] for kind in KINDS}
        # Calls that were not refused as a wrong code.
        self.stray = 0
        # By kind, how often somebody was asked: always as often as the others.
        self.prompts = {kind: set() for kind in KINDS}

    def count(self):
        return sum(map(len, self.times.values()))

    def take(self, kind, user, line):
        """Reads what pam_bench says of a call."""
        _, name, result, prompts, took = line.split()
        if name != user.name:
            raise SystemExit(f"bench: asked for {user.name}, got {line}")
        self.prompts[kind].add(int(prompts))
        if int(result) == PAM_AUTH_ERR:
            self.times[kind].append(int(took) / 1000)
        else:
            self.stray += 1

    def check(self):
        """Nothing is to be read from answers that differ in more than their time."""
        if any(prompts != {1} for prompts in self.prompts.values()):
            raise SystemExit(f"bench: asked so many times: {self.prompts}, expected once each")
        if self.stray > MOST_STRAY * (self.count() + self.stray):
            raise SystemExit(f"bench: {self.stray} of {self.count() + self.stray} wrong codes "
                             "were not refused as such")


class Pair:
    """Two kinds, compared."""

    def __init__(self, one, other, answers):
        self.one, self.other = one, other
        times = answers.times[one], answers.times[other]
        self.difference = median(times[0]) - median(times[1])
        self.chance = mann_whitney(*times)
        self.is_far = abs(self.difference) > THRESHOLD
        self.is_significant = self.chance < CHANCE
        self.is_distinguishable = self.is_far and self.is_significant


def pairs(answers):
    return [Pair(one, other, answers) for one, other in combinations(KINDS, 2)]


def make_users(first):
    """Users of each kind, with numbers from `first`, and a store that knows the known."""
    numbers = range(first, first + 2 * (WARMING_UP + MEASURED), 2)
    users = {"known": [world.User(number, "known") for number in numbers],
             "not enrolled": [world.User(number + 1, "plain") for number in numbers],
             "unknown": [world.User(number, "ghost") for number in numbers]}
    for known, plain in zip(users["known"], users["not enrolled"]):
        world.make_accounts([known, plain])
    daemon = world.start_daemon()
    for user in users["known"]:
        world.enroll(user)
    world.stop_daemon(daemon)
    shutil.copytree(STORE, CLEAN)
    return users


def measure(users, calls, program="proauthd"):
    """How long `program` took for so many calls, or a few more."""
    answers = Answers()
    while answers.count() + answers.stray < calls:
        clean_store()
        daemon = world.start_daemon(program)
        one_round(users, answers)
        world.stop_daemon(daemon)
    answers.check()
    return answers


def clean_store():
    for file in STORE.iterdir():
        file.unlink()
    shutil.copytree(CLEAN, STORE, dirs_exist_ok=True)
    # Lest it is written while somebody waits for another flush.
    os.sync()


def one_round(users, answers):
    numbers = range(WARMING_UP + MEASURED)
    turns = turns_of(users, numbers[:WARMING_UP]) + turns_of(users, numbers[WARMING_UP:])
    plan = "".join(f"{OURS} {user.name} {user.wrong_code()}\n" for _, user in turns)
    lines = subprocess.run([RUN], input=plan, stdout=subprocess.PIPE, text=True, check=True)
    answered = list(zip(turns, lines.stdout.splitlines(), strict=True))
    for (kind, user), line in answered[len(KINDS) * TRIES * WARMING_UP:]:
        answers.take(kind, user, line)


def turns_of(users, numbers):
    """All tries of the users with those numbers: who types when."""
    orders = cycle(permutations(KINDS))
    return [(kind, users[kind][number])
            for number, order in zip([*numbers] * TRIES, orders) for kind in order]
