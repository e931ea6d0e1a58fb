"""From samples to a table for people and a list for programs."""

from statistics import median, quantiles

from measure import BURST, OURS, SERVICES, kinds

# What we promise: at most so many times what the peer takes that also takes a code only once.
RIVAL = "google-reuse"
PROMISES = {("right", "cold"): 1.0, ("right", "warm"): 1.3}

# A promise is not judged on a machine that others use more than this.
BUSY = 0.1

BLOCKS = [("right", "cold"), ("right", "warm"), ("wrong", "cold"), ("wrong", "warm")]


def services_with(kind):
    return [service for service in SERVICES if kind in kinds(service)]


def percentile_95(times):
    return quantiles(times, n=20)[-1]


def figures(results, sizes):
    """A list of {name, value, unit, target, met}. A value is to be at most its target; `met` is
    null where there is none, and where the machine was too busy to tell."""
    found = []
    for kind, heat in BLOCKS:
        for service in services_with(kind):
            name = f"pam_authenticate/{service}/{kind}/{heat}"
            times = results.samples[service, kind, heat]
            found += [figure(f"{name}/median", median(times), "us"),
                      figure(f"{name}/p95", percentile_95(times), "us"),
                      figure(f"{name}/samples", len(times), "count")]
        name = f"pam_authenticate/{OURS}/{kind}/{heat}/ratio_to_{RIVAL}"
        found.append(figure(name, ratio(results, kind, heat), "ratio"))
    for service, (took, let_in) in bursts(results):
        name = f"burst_of_{BURST}/{service}"
        found += [figure(f"{name}/all_answered", took, "ms"),
                  figure(f"{name}/let_in", let_in, "users")]
    found += [figure("flush/median", median(results.flushes), "us"),
              figure("flush/p95", percentile_95(results.flushes), "us"),
              figure("machine/used_by_others", results.others_share(), "ratio")]
    found += [figure(name, size, "KiB") for name, size in sizes.items()]
    judge(found, results)
    return found


def figure(name, value, unit):
    return {"name": name, "value": round(value, 2), "unit": unit, "target": None, "met": None}


def judge(found, results):
    """Sets target and verdict of what was promised: the median, and its ratio."""
    by_name = {entry["name"]: entry for entry in found}
    for (kind, heat), promise in PROMISES.items():
        name = f"pam_authenticate/{OURS}/{kind}/{heat}"
        rival = median(results.samples[RIVAL, kind, heat])
        verdict = met(results, kind, heat)
        by_name[f"{name}/median"] |= {"target": round(promise * rival, 2), "met": verdict}
        by_name[f"{name}/ratio_to_{RIVAL}"] |= {"target": promise, "met": verdict}


def ratio(results, kind, heat):
    ours, rival = (results.samples[service, kind, heat] for service in (OURS, RIVAL))
    return median(ours) / median(rival)


def met(results, kind, heat):
    if results.others_share() > BUSY:
        return None
    return ratio(results, kind, heat) <= PROMISES[kind, heat]


def bursts(results):
    """The time of the middle burst and the result of the worst, by service."""
    for service, all_of_it in results.bursts.items():
        times, let_in = zip(*all_of_it)
        yield service, (median(times), min(let_in))


def table(results, sizes):
    lines = []
    for kind, heat in BLOCKS:
        ours = median(results.samples[OURS, kind, heat])
        lines += [f"{kind} code, {heat}",
                  f"{'':16}{'median us':>10}{'p95 us':>10}{'samples':>9}{'/ ' + OURS:>12}"]
        for service in services_with(kind):
            times = results.samples[service, kind, heat]
            lines.append(row(f"  {service}", times) + f"{median(times) / ours:12.2f}")
        lines.append("")
    lines += [row("a flush alone", results.flushes), "",
              f"{BURST} users at once, each with their own right code"]
    for service, (took, let_in) in bursts(results):
        lines.append(f"  {service:14}all answered after {took:.0f} ms, {let_in} let in")
    lines.append("")
    lines += [f"{name:40}{size:8.0f} KiB" for name, size in sizes.items()]
    return "\n".join([*lines, "", *promises(results)])


def row(name, times):
    return f"{name:16}{median(times):10.0f}{percentile_95(times):10.0f}{len(times):9}"


def promises(results):
    share = results.others_share()
    yield f"others used {share:.0%} of the machine" + (
        ": too much for a verdict, and for quoting these figures" if share > BUSY else "")
    words = {True: "met", False: "NOT MET", None: "not judged"}
    for (kind, heat), promise in PROMISES.items():
        yield (f"{kind} code, {heat}: {ratio(results, kind, heat):.2f} times {RIVAL}, "
               f"promised at most {promise}: {words[met(results, kind, heat)]}")
