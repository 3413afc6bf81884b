"""How much one browser session may have the server hold: uploads live in memory until their page takes them over."""

from __future__ import annotations

from typing import Any

from audit.language.translating import tr
from dashboard.door.pages import refused

PREFIX = "/_stcore/upload_file/"
MEGABYTE = 1024 * 1024
SESSION_MB = 600
"""One file of the largest size allowed (500 MB), and some room."""
ALL_MB = 2_000


class UploadQuota:
    """ASGI middleware that turns away an upload when its session, or all together, would have too much in memory.

    Args:
        app: what stands behind it.
        session_mb: megabytes one session may hold; all_mb: all sessions together.
    """

    def __init__(self, app: Any, *, session_mb: int = SESSION_MB, all_mb: int = ALL_MB) -> None:
        self.app = app
        self.session_bytes, self.all_bytes = session_mb * MEGABYTE, all_mb * MEGABYTE
        self._coming: dict[str, int] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Count an upload against the quota; everything else passes."""
        if scope["type"] != "http" or scope["method"] not in {"PUT", "POST"} or not scope["path"].startswith(PREFIX):
            await self.app(scope, receive, send)
            return
        session = scope["path"].removeprefix(PREFIX).split("/")[0]
        size = _length(scope)
        if size is None:
            await _refuse(send, 411, tr("The upload does not say how long it is."))
            return
        mine, everybodys = _held(session)
        if mine + self._coming.get(session, 0) + size > self.session_bytes:
            limit = self.session_bytes // MEGABYTE
            why = tr("This session's uploads would hold more than {limit} MB. Remove one first.", limit=limit)
            await _refuse(send, 413, why)
            return
        if everybodys + sum(self._coming.values()) + size > self.all_bytes:
            await _refuse(send, 413, tr("The server holds as many uploads as it may. Try again in some minutes."))
            return
        self._coming[session] = self._coming.get(session, 0) + size
        try:
            await self.app(scope, receive, send)
        finally:
            self._coming[session] -= size
            if self._coming[session] <= 0:
                del self._coming[session]


def _length(scope: Any) -> int | None:
    headers = [(name.lower(), value) for name, value in scope["headers"]]
    if any(
        name == b"transfer-encoding" for name, _ in headers
    ):  # then it ends where it says, whatever length is stated
        return None
    found = [value for name, value in headers if name == b"content-length"]
    text = found[0].decode("latin-1") if len(found) == 1 else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _held(session: str) -> tuple[int, int]:
    """Bytes in memory of one session, and of all."""
    from streamlit import runtime

    if not runtime.exists():
        return 0, 0
    kept = runtime.get_instance().uploaded_file_mgr.file_storage  # type: ignore[attr-defined]
    sizes = {name: sum(len(file.data) for file in list(files.values())) for name, files in list(kept.items())}
    return sizes.get(session, 0), sum(sizes.values())


async def _refuse(send: Any, status: int, why: str) -> None:
    page = refused(tr("This upload was turned away"), why)
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(page)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": page})
