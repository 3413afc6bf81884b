"""The door: every route and socket without a token, with a wrong one, from a foreign page, under a foreign name."""

import asyncio
import stat

import pytest
from starlette.routing import WebSocketRoute

from audit.actor import Actor, Role
from dashboard.door import secret
from dashboard.door.actor import HEADER, read_actor, with_actor
from dashboard.door.door import Door
from dashboard.door.hosts import LOOPBACK_NAMES, host_allowed, is_loopback, origin_allowed
from dashboard.door.uploads import UploadQuota

TOKEN = "t" * 43
HOST = "localhost:8501"
ANA = Actor("ana", frozenset({Role.REVIEWER}), "token")
COOKIE = f"assay-8501={secret.cookie_value(TOKEN)}"


class Behind:
    """What stands behind the door: remembers whom it was shown."""

    def __init__(self):
        self.seen = []

    async def __call__(self, scope, receive, send):
        self.seen.append(scope)
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
        elif scope["type"] == "http":
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})


def ask(path="/", *, kind="http", method="GET", query="", server=("127.0.0.1", 8501), app=None, token=TOKEN, **headers):
    """Send one request through the door: (what stood behind, messages that came back)."""
    behind = Behind() if app is None else app
    said = []

    async def send(message):
        said.append(message)

    headers = {"host": HOST, **{k.replace("_", "-"): v for k, v in headers.items()}}
    scope = {
        "type": kind, "method": method, "path": path, "query_string": query.encode(), "scheme": "http", "server": server,
        "headers": [(k.encode(), v.encode()) for k, v in headers.items() if v is not None],
    }  # fmt: skip
    door = Door(behind, names=LOOPBACK_NAMES, token=token, actor=ANA)
    asyncio.run(door(scope, None, send))
    return behind, said


def status(said):
    return said[0].get("status") or said[0]["type"]


def routes():
    """Every path Streamlit serves, sockets too, with something for each parameter."""
    import streamlit as st
    from streamlit.web.server.starlette.starlette_app import create_streamlit_routes

    import dashboard.server as server

    app = st.App(server.APP)
    for route in create_streamlit_routes(app._create_runtime()):
        path = "/" + route.path.lstrip("/")
        for name in ("session_id", "file_id:path", "file_id", "path:path", "component_name", "component_path"):
            path = path.replace("{" + name + "}", "a")
        kind = "websocket" if isinstance(route, WebSocketRoute) else "http"
        for method in sorted(getattr(route, "methods", None) or {"GET"}):
            yield kind, method, path


@pytest.fixture(scope="module")
def every_route():
    from streamlit import runtime

    before = runtime.Runtime._instance
    runtime.Runtime._instance = None
    try:
        found = sorted(set(routes()))
    finally:
        runtime.Runtime._instance = before
    assert len(found) > 15
    assert any(kind == "websocket" for kind, _, _ in found)
    return found


WRONG = {
    "nothing": {},
    "a wrong cookie": {"cookie": "assay-8501=" + "0" * 64},
    "the token as cookie": {"cookie": f"assay-8501={TOKEN}"},
    "the cookie of another port": {"cookie": f"assay-8502={secret.cookie_value(TOKEN)}"},
    "a wrong bearer": {"authorization": "Bearer " + "x" * 43},
    "an empty bearer": {"authorization": "Bearer "},
    "a basic login": {"authorization": f"Basic {TOKEN}"},
    "a foreign page with the cookie": {"cookie": COOKIE, "origin": "http://localhost:9999"},
    "a page without origin of its own": {"cookie": COOKIE, "origin": "null"},
    "another site": {"cookie": COOKIE, "origin": "https://evil.example"},
    "a foreign name": {"cookie": COOKIE, "host": "evil.example:8501"},
    "a name that resolves here": {"cookie": COOKIE, "host": "127.0.0.1.evil.example:8501"},
    "no name": {"cookie": COOKIE, "host": None},
}


@pytest.mark.parametrize("headers", WRONG.values(), ids=WRONG.keys())
def test_nothing_passes_without_the_token(every_route, headers):
    for kind, method, path in every_route:
        if path == "/_stcore/health" and method in {"GET", "HEAD"}:
            continue
        behind, said = ask(path, kind=kind, method=method, **headers)
        assert not behind.seen, f"{method} {path}"
        assert status(said) in ({401, 403} if kind == "http" else {"websocket.close"}), f"{method} {path}"


def test_every_route_passes_with_the_cookie_and_with_the_bearer_token(every_route):
    for kind, method, path in every_route:
        for headers in ({"cookie": COOKIE, "origin": f"http://{HOST}"}, {"authorization": f"Bearer {TOKEN}"}):
            behind, _ = ask(path, kind=kind, method=method, **headers)
            assert len(behind.seen) == 1, f"{method} {path}"
            if path == "/_stcore/health" and method != "OPTIONS":
                continue  # answered without asking who it is
            actor = behind.seen[0]["state"]["actor"]
            assert actor == ANA
            told = [value for name, value in behind.seen[0]["headers"] if name.lower() == HEADER.encode()]
            assert [read_actor(value.decode()) for value in told] == [ANA]


def test_nobody_can_say_who_they_are():
    forged = with_actor([], Actor("root", frozenset({Role.ADMINISTRATOR}), "system"))[0][1].decode()
    for name in ("x_assay_actor", "X_Assay_Actor"):
        behind, _ = ask(kind="websocket", authorization=f"Bearer {TOKEN}", **{name: forged})
        told = [value for name, value in behind.seen[0]["headers"] if name.lower() == HEADER.encode()]
        assert [read_actor(value.decode()) for value in told] == [ANA]
    assert not ask(**{"x_assay_actor": forged})[0].seen


def test_a_page_is_told_by_the_headers_of_its_socket():
    from starlette.websockets import WebSocket
    from streamlit.runtime.context import StreamlitHeaders
    from streamlit.web.server.starlette.starlette_websocket import StarletteClientContext

    behind, _ = ask(kind="websocket", authorization=f"Bearer {TOKEN}")
    context = StarletteClientContext(WebSocket(behind.seen[0], None, None))
    assert read_actor(StreamlitHeaders(context.headers)[HEADER]) == ANA


def test_an_actor_reaches_the_page_as_it_is():
    for actor in (ANA, Actor("Zoë 张", frozenset(Role), "open", "other"), Actor('a"b,c', frozenset(), "system")):
        ((name, value),) = with_actor([], actor)
        assert name == HEADER.encode()
        assert read_actor(value.decode("latin-1")) == actor


def test_health_is_answered_to_everybody_but_not_to_be_written():
    behind, _ = ask("/_stcore/health", host="10.0.0.7")
    assert behind.seen
    behind, said = ask("/_stcore/health", method="PUT")
    assert not behind.seen
    assert status(said) == 401


def test_the_token_of_an_address_becomes_a_cookie_that_opens():
    behind, said = ask("/report", query=f"run=a+b&token={TOKEN}&section=rows")
    assert not behind.seen, "the token itself never reaches a page"
    headers = dict(said[0]["headers"])
    cookie = headers[b"set-cookie"].decode()
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert TOKEN not in cookie
    page = said[1]["body"].decode()
    assert TOKEN not in page
    assert 'content="0;url=/report?run=a+b&amp;section=rows"' in page
    behind, _ = ask("/report", cookie=cookie.split(";")[0])
    assert behind.seen


@pytest.mark.parametrize("offered", [TOKEN, f"x{TOKEN}"], ids=["right", "mistyped"])
def test_a_server_that_logs_addresses_is_not_told_the_token(offered):
    """uvicorn's log of requests is written from the scope once the answer begins."""
    logged = []

    async def send(message):
        logged.append(scope["query_string"])

    scope = {
        "type": "http", "method": "GET", "path": "/report", "query_string": f"run=a+b&token={offered}".encode(), "scheme": "http",
        "server": ("127.0.0.1", 8501), "headers": [(b"host", HOST.encode())],
    }  # fmt: skip
    asyncio.run(Door(Behind(), names=LOOPBACK_NAMES, token=TOKEN, actor=ANA)(scope, None, send))
    assert logged == [b"run=a+b"] * 2


def test_a_wrong_token_or_one_that_is_posted_opens_nothing():
    for more in ({"query": "token=wrong"}, {"query": "token="}, {"query": f"token={TOKEN}", "method": "POST"}):
        behind, said = ask("/", **more)
        assert not behind.seen
        assert status(said) == 401
        assert b"set-cookie" not in dict(said[0]["headers"])


def test_a_link_from_another_site_leads_in_once_and_never_elsewhere():
    behind, said = ask("//evil.example/x", query='a="><script>', sec_fetch_site="cross-site", sec_fetch_mode="navigate")
    page = said[1]["body"].decode()
    assert not behind.seen
    assert 'url=/evil.example/x?a=&quot;&gt;&lt;script&gt;"' in page
    _, said = ask("/", sec_fetch_site="same-origin", sec_fetch_mode="navigate")
    assert "locked" in said[1]["body"].decode(), "no loop: our own page leads to the locked one"


def test_who_reaches_another_address_of_the_machine_is_turned_away():
    behind, said = ask("/", server=("192.0.2.7", 8501), cookie=COOKIE)
    assert not behind.seen
    assert status(said) == 403
    assert b"tunnel" in said[1]["body"]


def test_two_hosts_in_one_request_are_nobodys():
    scope_headers = [(b"host", b"localhost:8501"), (b"host", b"evil.example"), (b"cookie", COOKIE.encode())]
    behind, said = Behind(), []

    async def send(message):
        said.append(message)

    scope = {
        "type": "http", "method": "GET", "path": "/", "query_string": b"", "scheme": "http", "server": ("::1", 8501),
        "headers": scope_headers,
    }  # fmt: skip
    asyncio.run(Door(behind, names=LOOPBACK_NAMES, token=TOKEN, actor=ANA)(scope, None, send))
    assert not behind.seen


def test_without_a_token_only_names_and_origins_are_checked():
    behind, _ = ask("/", token=None)
    assert behind.seen[0]["state"]["actor"] == ANA
    for headers in ({"origin": "http://localhost:3000"}, {"host": "evil.example"}):
        behind, _ = ask("/", token=None, **headers)
        assert not behind.seen


@pytest.mark.parametrize(("open_", "via"), [("1", "open"), ("", "token")])
def test_until_there_is_a_login_the_user_of_the_server_acts(home, monkeypatch, open_, via):
    import dashboard.server as server
    from audit.actor import local_user

    monkeypatch.setenv(server.OPEN, open_)
    (door,) = [layer for layer in server.build()._user_middleware if layer.cls is Door]
    assert door.kwargs["actor"] == local_user(via)
    assert (door.kwargs["token"] is None) == (via == "open")


def test_start_and_end_of_the_server_pass():
    behind, _ = ask(kind="lifespan")
    assert behind.seen


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "127.0.0.1:1", "[::1]:8501"])
def test_names_of_this_machine(host):
    assert host_allowed(host, LOOPBACK_NAMES)


@pytest.mark.parametrize(
    "host",
    ["", None, "localhost@evil", "evil#localhost", "localhost/", "localhost:x", "localhost, evil", "0.0.0.0", "[::1"],
)
def test_other_names(host):
    assert not host_allowed(host, LOOPBACK_NAMES)


@pytest.mark.parametrize(
    ("origin", "same"),
    [(None, True), ("http://localhost:8501", True), ("https://localhost:8501", True), ("http://LOCALHOST:8501", True),
     ("http://localhost", False), ("http://127.0.0.1:8501", False), ("null", False), ("", False),
     ("http://localhost:8501.evil.example", False), ("http://user@localhost:8501", False), ("http://[", False)],
)  # fmt: skip
def test_an_origin_is_exactly_the_host(origin, same):
    assert origin_allowed(origin, HOST) is same


@pytest.mark.parametrize(
    ("address", "own"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), ("[::1]", True),
     ("::ffff:127.0.0.1", True), ("0.0.0.0", False), ("::", False), ("192.168.1.5", False), ("example.org", False), ("", False)],
)  # fmt: skip
def test_addresses_of_this_machine_alone(address, own):
    assert is_loopback(address) is own


def test_the_token_is_kept_private_and_renewed_when_asked(home):
    first = secret.token()
    path = home / secret.FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert secret.token() == first
    second = secret.renew()
    assert second != first
    assert secret.token() == second
    path.write_text("short")
    assert len(secret.token()) >= secret.FEWEST
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_address_of_other_machines_is_refused_in_a_sentence(monkeypatch, capsys):
    from dashboard import __main__ as launcher
    from dashboard import server

    for start in (server.main, launcher.main):
        monkeypatch.setattr("sys.argv", ["x", "--address", "0.0.0.0"])
        assert start() == 2
        said = capsys.readouterr().err
        assert "0.0.0.0 can be reached from other machines" in said
        assert "ssh -L" in said


def upload(quota, size, session="s1", **more):
    said = []

    async def send(message):
        said.append(message)

    scope = {
        "type": "http", "method": "PUT", "path": f"/_stcore/upload_file/{session}/f",
        "headers": [(b"content-length", str(size).encode())] * (size is not None)
        + [(name.replace("_", "-").encode(), value.encode()) for name, value in more.items()],
    }  # fmt: skip
    asyncio.run(quota(scope, None, send))
    return status(said)


def test_uploads_are_bounded_by_session_and_in_all(monkeypatch):
    held = {"s1": 90, "s2": 60}
    monkeypatch.setattr("dashboard.door.uploads._held", lambda session: (held.get(session, 0), sum(held.values())))
    quota = UploadQuota(Behind(), session_mb=0, all_mb=0)
    quota.session_bytes, quota.all_bytes = 100, 200
    assert upload(quota, 10) == 204
    assert upload(quota, 11) == 413
    assert upload(quota, 50, "s3") == 204
    assert upload(quota, 51, "s3") == 413, "all together"
    assert upload(quota, None) == 411
    assert upload(quota, "12x") == 411
    assert upload(quota, 5, transfer_encoding="chunked") == 411, "it ends where it says, whatever length it states"


def test_no_answer_says_which_server_it_is(monkeypatch):
    import uvicorn

    from dashboard import server

    monkeypatch.setattr(uvicorn, "Config", uvicorn.Config)
    server._unnamed()
    config = uvicorn.Config(Behind(), access_log=False)
    config.load()
    assert config.encoded_headers == []
