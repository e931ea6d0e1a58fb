"""From answers to what they tell of who is asked for."""

from statistics import median

from likeness import CHANCE, KINDS, THRESHOLD, Pair, pairs
from report import figure, percentile_95, row


def figures(answers):
    """Like those of `report`; a difference meets its target if the two are not to be told apart."""
    found = []
    for kind in KINDS:
        name, times = f"refusal/{word(kind)}", answers.times[kind]
        found += [figure(f"{name}/median", median(times), "us"),
                  figure(f"{name}/p95", percentile_95(times), "us"),
                  figure(f"{name}/samples", len(times), "count")]
    for pair in pairs(answers):
        name = f"refusal/{word(pair.one)}_or_{word(pair.other)}"
        difference = figure(f"{name}/difference", abs(pair.difference), "us")
        chance = figure(f"{name}/by_chance", pair.chance, "probability")
        found += [difference | {"target": THRESHOLD, "met": not pair.is_distinguishable},
                  chance | {"value": float(f"{pair.chance:.2g}")}]
    return [*found, figure("refusal/stray", answers.stray, "count")]


def word(kind):
    return kind.replace(" ", "_")


def table(answers):
    lines = [f"{'who is refused':24}{'median us':>10}{'p95 us':>10}{'samples':>9}"]
    lines += [row(f"  {kind:22}", answers.times[kind]) for kind in KINDS]
    lines += ["", f"{'who can be told apart':32}{'apart':>10}{'by chance':>11}"]
    lines += [f"  {pair.one + ', ' + pair.other:30}{pair.difference:+7.1f} us"
              f"{'p = ' + format(pair.chance, '.2g'):>14}  {verdict(pair)}"
              for pair in pairs(answers)]
    if answers.stray:
        lines.append(f"{answers.stray} calls that were not refused as a wrong code are left out")
    return "\n".join(lines)


def verdict(pair):
    if pair.is_distinguishable:
        return (f"DISTINGUISHABLE: more than {THRESHOLD} us apart, and by chance less often than "
                f"once in {1 / CHANCE:.0f}")
    far = "more than" if pair.is_far else "at most"
    significant = "significant" if pair.is_significant else "not significant"
    return f"alike ({far} {THRESHOLD} us, {significant})"


def control(answers):
    """What the planted mistake looks like, and whether it is noticed. Judged by strangers alone:
    the code is the same for both kinds but for the mistake, and makes haste with the unknown."""
    strangers = Pair("not enrolled", "unknown", answers)
    caught = strangers.is_distinguishable and strangers.difference > 0
    word = "caught" if caught else "NOT CAUGHT"
    line = (f"a planted early return for unknown users: {strangers.difference:+.1f} us, "
            f"p = {strangers.chance:.2g}, {answers.count()} calls: {word}")
    return line, caught
