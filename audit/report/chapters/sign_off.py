"""The sign-off: lines to be filled in by hand."""

from __future__ import annotations

from audit.report.blocks import Section, SignOff, Text
from audit.report.caps import Caps
from audit.report.chapters.chapter import Chapter
from audit.report.model import Report
from audit.report.strings import Strings


def sign_off(_report: Report, say: Strings, _caps: Caps) -> Section:
    """Lines to be signed."""
    roles = tuple(say.under("signoff.roles").values())
    fields = tuple(say.under("signoff.fields").values())
    return Section("signoff", say("signoff.title"), (Text(say("signoff.intro")), SignOff(roles, fields)))


SIGN_OFF = Chapter("sign_off", sign_off, on="", executive=True)
