"""How numbers are rounded to be read: digits as Python writes them, and whether they are only a bound."""

from __future__ import annotations

_TINY = 1e-10

Digits = tuple[str, str]
"""`<`, `>` or "" (is below, is above, is), and the digits, for example `("<", "0.1")`."""


def share_digits(value: float) -> Digits:
    """Per cent of a share from 0 up, with one decimal wherever it stands, so that 0 and 100 are said of nothing else.

    Nearer to 0 and 100 than a tenth it is `<0.1` and `>99.9`. So the text never falls where the share rises, the share lies
    within half of the last digit shown, or beyond the bound shown, and both ends of an interval are as fine as its value.
    """
    percent = 100.0 * value
    if value in (0.0, 1.0):
        return "", f"{percent:.1f}"
    if percent < 0.1 - _TINY:
        return "<", "0.1"
    if 99.9 + _TINY < percent < 100.0:
        return ">", "99.9"
    digits = f"{percent:,.1f}"
    return (">", digits) if percent > 100.0 and digits == "100.0" else ("", digits)


def count_digits(value: float) -> Digits:
    """A count from 0 up: whole where it is, else with one decimal; a median of counts keeps its half."""
    if float(value).is_integer():
        return "", f"{value:,.0f}"
    digits = f"{value:,.1f}"
    return ("<", "0.1") if digits == "0.0" else ("", digits)


def plain_digits(value: float) -> Digits:
    """A number from 0 up: three decimals, from 100 on none; 0 and 1, where many scales end, are said of nothing else."""
    digits = f"{value:.3f}"
    if value and digits == "0.000":
        return "<", "0.001"
    if value < 1.0 and digits == "1.000":
        return ">", "0.999"
    return "", f"{value:,.0f}" if float(digits) >= 100.0 else digits


def chosen_digits(value: float) -> str:
    """A number with the digits that somebody gave it, at most nine decimals."""
    return f"{round(value, 9) + 0.0:,.9f}".rstrip("0").rstrip(".")


def level_digits(value: float) -> str:
    """Per cent of a confidence level below 1: two decimals, more where they would say 100, none that are 0."""
    decimals = 2
    while decimals < 9 and value < 1.0 and round(100.0 * value, decimals) >= 100.0:
        decimals += 1
    return f"{100.0 * value:.{decimals}f}".rstrip("0").rstrip(".")


def signed_digits(value: float, usual: int) -> Digits:
    """A number near 0 that has a sign, from its size: the first digit that is not 0, at most three decimals beyond the usual.

    `<` in front of a sign, or `>` for what lies under 0, cannot be read at a glance. Smaller still it is a bound, which
    goes without a sign.
    """
    for decimals in range(usual + 1, usual + 4):
        digits = f"{value:.{decimals}f}"
        if float(digits):
            return "", digits
    return "<", f"{10.0**-decimals:.{decimals}f}"
