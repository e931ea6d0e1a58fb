"""Whether two sets of times differ by more than chance."""

from itertools import groupby
from math import erfc, sqrt


def mann_whitney(one, other):
    """The two-sided p-value of the Mann-Whitney U test: how often sets of these sizes, drawn from
    the same times, would differ as much. By the normal approximation, with the corrections for
    ties and for continuity; good from some twenty values each.

    The examples: scipy's manual of `mannwhitneyu`; one to be done by hand, whose ranks are 1, 2.5,
    2.5, 4 and 5, so that U is 0.5, its mean 3 and its variance 2.85; and nothing but ties.
    >>> round(mann_whitney([19, 22, 16, 29, 24], [20, 11, 17, 12]), 6)
    0.111347
    >>> round(mann_whitney([1, 2], [2, 3, 4]), 6)
    0.236137
    >>> mann_whitney([7, 7], [7, 7, 7])
    1.0
    """
    n, m = len(one), len(other)
    tagged = sorted([(value, True) for value in one] + [(value, False) for value in other])
    below, rank_sum, ties = 0, 0.0, 0
    for _, equal in groupby(tagged, key=lambda entry: entry[0]):
        ours = [is_one for _, is_one in equal]
        # They share the middle of the ranks that they take up.
        rank_sum += sum(ours) * (below + (len(ours) + 1) / 2)
        below += len(ours)
        ties += len(ours) ** 3 - len(ours)
    u = rank_sum - n * (n + 1) / 2
    size = n + m
    variance = n * m / 12 * (size + 1 - ties / (size * (size - 1)))
    if variance == 0:
        return 1.0
    away = max(0.0, abs(u - n * m / 2) - 0.5)
    return erfc(away / sqrt(2 * variance))
