"""Runs the whole bench in a private world; see tests/bench. Writes result.json beside itself."""

import json
from pathlib import Path

import measure
import report
import world

HERE = Path(__file__).parent
STORE = Path("/var/lib/proauth")


def main():
    daemon, users = world.start(measure.USERS)
    sizes = {f"proauthd/rss_with_{len(users)}_enrolled": resident(daemon)}
    results = measure.rounds(users)
    sizes |= {"proauthd/rss_after_all_logins": resident(daemon),
              "proauthd/store_on_disk": on_disk(STORE)}
    sizes |= {f"module/{name}": modules_size(name)
              for name in ("pam_proauth", "pam_google_authenticator", "pam_oath")}
    daemon.terminate()
    if daemon.wait() != 0:
        raise SystemExit(f"bench: proauthd ended with {daemon.returncode}")
    print(report.table(results, sizes))
    figures = report.figures(results, sizes)
    (HERE / "result.json").write_text(json.dumps(figures, indent=2) + "\n")


def resident(process):
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def on_disk(folder):
    return sum(file.stat().st_blocks for file in folder.iterdir()) / 2


def modules_size(name):
    found = next(Path("/usr/lib").glob(f"*/security/{name}.so"))
    return found.stat().st_size / 1024


main()
