"""Pages carry the tag of our own script, everything else comes as it is."""

from __future__ import annotations

import asyncio

import pytest

from dashboard.door.own_script import PATH, TAG, OwnScript

PAGE = b"<html><head><title>x</title></head><body></body></html>"


def asked(path, kind=b"text/html; charset=utf-8", status=200, method="GET", headers=()):
    """What comes back: status, headers, body; and the headers that the app behind was asked with."""
    heard, sent = [], []

    async def app(scope, receive, send):
        heard.extend(scope["headers"])
        given = [(b"content-type", kind), (b"etag", b"1"), (b"content-length", str(len(PAGE)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": given})
        await send({"type": "http.response.body", "body": PAGE[:20], "more_body": True})
        await send({"type": "http.response.body", "body": PAGE[20:]})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": list(headers)}
    asyncio.run(OwnScript(app)(scope, None, send))
    return sent[0]["status"], dict(sent[0]["headers"]), b"".join(one["body"] for one in sent[1:]), heard


def test_a_page_has_the_tag_and_says_how_long_it_is_now():
    status, headers, body, heard = asked("/runs", headers=[(b"if-none-match", b"1"), (b"accept-encoding", b"gzip")])
    assert (status, body) == (200, PAGE.replace(b"</head>", TAG + b"</head>"))
    assert headers[b"content-length"] == str(len(body)).encode()
    assert b"etag" not in headers, "that of the page without the tag"
    assert heard == [(b"accept-encoding", b"identity")]


@pytest.mark.parametrize(
    "other", [{"kind": b"text/css"}, {"status": 404}, {"method": "POST"}]
)  # fmt: skip
def test_what_is_no_page_comes_as_it_is(other):
    assert asked("/runs", **other)[2] == PAGE


def test_the_script_is_answered_for():
    _, headers, body, _ = asked(PATH)
    assert headers[b"content-type"].startswith(b"text/javascript")
    assert b"stSidebarNavLink" in body
