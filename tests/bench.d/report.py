"""From samples to a table for people and a list for programs."""

from statistics import median, quantiles

from measure import BURST, OURS, SERVICES, kinds

# What we promise: at most so many times what the peer takes that also takes a code only once.
RIVAL = "google-reuse"
PROMISES = {("right", "cold"): 1.0, ("right", "warm"): 1.3}

BLOCKS = [("right", "cold"), ("right", "warm"), ("wrong", "cold"), ("wrong", "warm")]


def services_with(kind):
    return [service for service in SERVICES if kind in kinds(service)]


def percentile_95(times):
    return quantiles(times, n=20)[-1]


def figure(name, value, unit, target=None):
    """One line of the list; a value is to be at most its target."""
    if target is None:
        return {"name": name, "value": round(value, 2), "unit": unit, "target": None, "met": None}
    return {"name": name, "value": round(value, 2), "unit": unit, "target": round(target, 2),
            "met": value <= target}


def figures(samples, bursts, sizes):
    found = []
    for kind, heat in BLOCKS:
        promise = PROMISES.get((kind, heat))
        rival = median(samples[RIVAL, kind, heat])
        for service in services_with(kind):
            name = f"pam_authenticate/{service}/{kind}/{heat}"
            times = samples[service, kind, heat]
            target = promise * rival if promise and service == OURS else None
            found += [figure(f"{name}/median", median(times), "us", target),
                      figure(f"{name}/p95", percentile_95(times), "us"),
                      figure(f"{name}/samples", len(times), "count")]
        ratio = median(samples[OURS, kind, heat]) / rival
        found.append(figure(f"{name}/ratio_to_{RIVAL}", ratio, "ratio", promise))
    for service, (took, let_in) in bursts_of(bursts):
        name = f"burst_of_{BURST}/{service}"
        found += [figure(f"{name}/all_answered", took, "ms"),
                  figure(f"{name}/let_in", let_in, "users")]
    return found + [figure(name, size, "KiB") for name, size in sizes.items()]


def bursts_of(bursts):
    """The time of the middle burst and the result of the worst, by service."""
    for service, results in bursts.items():
        times, let_in = zip(*results)
        yield service, (median(times), min(let_in))


def table(samples, bursts, sizes):
    lines = []
    for kind, heat in BLOCKS:
        ours = median(samples[OURS, kind, heat])
        lines += [f"{kind} code, {heat}",
                  f"{'':16}{'median us':>10}{'p95 us':>10}{'samples':>9}{'x ' + OURS:>12}"]
        for service in services_with(kind):
            times = samples[service, kind, heat]
            lines.append(f"  {service:14}{median(times):10.0f}{percentile_95(times):10.0f}"
                         f"{len(times):9}{median(times) / ours:12.2f}")
        lines.append("")
    lines.append(f"{BURST} users at once, each with their own right code")
    for service, (took, let_in) in bursts_of(bursts):
        lines.append(f"  {service:14}all answered after {took:.0f} ms, {let_in} let in")
    lines.append("")
    lines += [f"{name:40}{size:8.0f} KiB" for name, size in sizes.items()]
    lines += ["", *promises(samples)]
    return "\n".join(lines)


def promises(samples):
    for (kind, heat), promise in PROMISES.items():
        ratio = median(samples[OURS, kind, heat]) / median(samples[RIVAL, kind, heat])
        verdict = "met" if ratio <= promise else "NOT MET"
        yield (f"{kind} code, {heat}: {ratio:.2f} times {RIVAL}, "
               f"promised at most {promise}: {verdict}")
