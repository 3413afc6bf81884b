"""Text of others as Markdown: nothing Streamlit looks for is found in it, and no character of it is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from dashboard.page.text import one_line, plain
from models.visible import visible

# what Streamlit's page looks for in text once escapes are resolved
LOOKED_FOR = re.compile(
    r"https?://|www\.|[-.\w+]+@[-\w]+\.[-\w]"
    r"|:[\w+-][\w+-]*:|:material/\w+:|:streamlit:"
    r"|(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)",
    re.IGNORECASE,
)
SIGNS = st.text(st.sampled_from("ab.:/@-<>=~ $*_[]()!`\\#|&;"), max_size=12)


def rendered(markdown):
    """The characters that are left when Markdown's escapes are resolved."""
    return re.sub(r"\\(.)", r"\1", markdown)


@given(
    SIGNS
    | st.sampled_from(
        ["https://e.example", "WWW.e.example", "a@b.example", "x:smile:", ":material/home:", "a -> b", "--"]
    )
)
def test_the_same_characters_and_nothing_alive(text):
    shown = rendered(plain(text))
    assert shown.replace("\u2060", "") == one_line(text)
    assert not LOOKED_FOR.search(shown)


@given(SIGNS)
def test_every_sign_of_markdown_is_escaped(text):
    assert not re.search(
        r"(?<!\\)(?:\\\\)*[`*_\[\]()<>#!|~$:&]", re.sub(r"\\[^\\]", "", plain(text).replace("\\\\", ""))
    )


@pytest.mark.parametrize(
    ("text", "shown"), [("\u200b", "‹U+200B›"), (" ", "␣"), ("", ""), ("a\n b", "a b"), ("\x1b[2J", "‹U+001B›[2J")]
)
def test_hidden_characters_are_shown(text, shown):
    assert one_line(text) == shown
    assert visible(one_line(text)) == one_line(text)


@pytest.mark.parametrize(
    ("typed", "page"), [("2", 2), ("²", 1), ("①", 1), ("9" * 5000, 1), ("-3", 1), ("1e3", 1), ("400", 9)]
)
def test_a_number_in_the_address_that_is_none(typed, page):
    def script():
        import streamlit as st

        from dashboard.page.address import bound_number

        st.text(str(bound_number(st.number_input, "Page", 1, 9, key="page")))

    test = AppTest.from_function(script, default_timeout=60)
    test.query_params["page"] = typed
    test.run()
    assert not test.exception
    assert test.text[0].value == str(page)
