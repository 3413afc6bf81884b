"""Run as a program: load one checkpoint after another under an audit hook, and say what each one made the process do.

`python watched_loads.py WORK OUT`: WORK is a JSON list of {name, folder, cwd, path, allowed}; OUT gets a line of JSON for each:
{"name": , "loaded": probabilities or null, "error": the sentence or null, "kind": of the error, "did": forbidden acts}.
What was imported by then is printed.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import sysconfig
import tempfile
import traceback
import warnings
from pathlib import Path
from typing import Any

TEXTS = ["The film was a quiet delight.", "dull", "Great service, friendly staff and a fair price."]
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = {
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.symlink",
    "os.link",
    "os.chmod",
    "os.chown",
    "os.truncate",
    "os.utime",
}
NETWORK = {
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.bind",
    "socket.sendto",
    "urllib.Request",
}
PROGRAMS = {"os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "pty.spawn", "os.startfile"}


class Watch:
    """What the hook has seen since `begin`."""

    def __init__(self, ours: list[str], scratch: list[str]) -> None:
        self._ours, self._scratch = [os.path.realpath(one) for one in ours], [os.path.realpath(one) for one in scratch]
        self._busy, self._folder, self._cwd, self._base = False, "", "", ""
        self._known: set[tuple[str, int]] = set()
        """Modules that were looked at once: what they come from does not change, and there are thousands."""
        self.did: list[str] | None = None

    def begin(self, folder: str, cwd: str) -> None:
        """Watch what is done for the sake of a folder."""
        self._folder, self._cwd = os.path.realpath(folder), os.path.realpath(cwd)
        self._base = os.path.join(os.path.dirname(self._folder), "base")
        self.did = []

    def end(self) -> list[str]:
        """What was done that may not be."""
        done, self.did = self.did or [], None
        for name, module in list(sys.modules.items()):
            if (name, id(module)) in self._known:
                continue
            if self._foreign(getattr(module, "__file__", None)):
                done.append(f"module {name}")
                del sys.modules[name]
            else:
                self._known.add((name, id(module)))
        return done

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        """The audit hook; it only writes down."""
        if self.did is None or self._busy:
            return
        self._busy = True
        try:
            self._see(event, arguments)
        finally:
            self._busy = False

    def _see(self, event: str, arguments: tuple[Any, ...]) -> None:
        assert self.did is not None
        if event == "open":
            self._opened(*arguments)
        elif event in NETWORK or event in PROGRAMS or event == "pickle.find_class":
            self.did.append(f"{event} {arguments!r}"[:200])
        elif event == "subprocess.Popen":
            command = list(arguments[1])
            if command[1:2] != ["-I"] or Path(command[2]).name != "tokenizer_child.py":
                self.did.append(f"program {command!r}"[:200])
        elif event in CHANGES:
            self._changed(event, arguments)
        elif event == "ctypes.dlopen" and self._foreign(arguments[0]):
            self.did.append(f"library {arguments[0]}")
        elif event == "exec" and self._foreign(getattr(arguments[0], "co_filename", None)):
            self.did.append(f"code {arguments[0].co_filename}")

    def _changed(self, event: str, arguments: tuple[Any, ...]) -> None:
        assert self.did is not None
        paths = [one for one in arguments if isinstance(one, (str, bytes, os.PathLike))]
        for path in paths[1:] if event == "os.symlink" else paths:  # where a link leads to is not changed
            at = (
                arguments[-1] if event in {"os.mkdir", "os.remove", "os.rmdir"} else -1
            )  # the folder a short name is in
            place = os.path.join(os.readlink(f"/proc/self/fd/{at}") if at >= 0 else "", os.fsdecode(path))
            within = os.path.join(os.path.realpath(os.path.dirname(place)), os.path.basename(place))
            if not any(within == root or within.startswith(root + "/") for root in self._scratch):
                self.did.append(f"{event} {place!r}")

    def _opened(self, path: Any, mode: Any, flags: int) -> None:
        assert self.did is not None
        if not isinstance(path, (str, bytes, os.PathLike)):
            return
        if flags & WRITES and os.fspath(path) != os.devnull:
            if not self._within(path, self._scratch):
                self.did.append(f"written {path!r}")
        elif os.fsdecode(path) in sys.path:  # an editable installation has a name there that is no file
            return
        elif not self._within(path, [*self._ours, *self._scratch, self._folder, self._base]):
            self.did.append(f"read {path!r}")

    def _within(self, path: Any, roots: list[str]) -> bool:
        real = os.path.realpath(os.fsdecode(path))
        return any(real == root or real.startswith(root.rstrip("/") + "/") for root in roots)

    def _foreign(self, path: Any) -> bool:
        """Whether code or a library lies in the checkpoint or where it was started, and is not Assay's or Python's own."""
        if not isinstance(path, str) or not os.path.exists(path):
            return False
        return self._within(path, [self._folder, self._cwd]) and not self._within(path, self._ours)


def main(work: Path, out: Path) -> None:
    """Load everything."""
    from models import loading
    from models.errors import ModelError
    from models.places import REPOSITORY, cache, home

    scratch = [tempfile.gettempdir(), str(cache()), str(home())]
    ours = [
        str(REPOSITORY / "models"), str(REPOSITORY / "audit"), str(REPOSITORY / ".venv"), sys.prefix, sys.base_prefix,
        *{path for path in sysconfig.get_paths().values() if path}, *(str(Path(p)) for p in sys.path if "site-packages" in p),
        "/proc", "/sys", "/dev/null", "/dev/urandom", "/usr/lib", "/lib", "/etc/ld.so.cache", "/etc/localtime",
    ]  # fmt: skip
    watch = Watch(ours, scratch)
    sys.addaudithook(watch.hook)
    warnings.simplefilter("ignore")
    socket.setdefaulttimeout(5)
    _try_once(loading)
    for one in json.loads(work.read_text()):
        os.chdir(one["cwd"])
        watch.begin(one["folder"], one["cwd"])
        said: dict[str, Any] = {"name": one["name"], "loaded": None, "error": None, "kind": None}
        try:
            classifier = loading.load(one["path"], threads=1, allowed=[Path(one) for one in one["allowed"]])
            said["loaded"] = [[float(p) for p in row] for row in classifier.predict_proba(TEXTS)]
        except ModelError as error:
            said |= {"error": str(error), "kind": "ModelError"}
        except BaseException as error:
            said |= {"error": f"{error}\n{traceback.format_exc()[-1500:]}", "kind": type(error).__name__}
        said["did"] = watch.end()
        with out.open("a") as lines:
            lines.write(json.dumps(said) + "\n")
    print(*sys.modules)


def _try_once(loading: Any) -> None:
    """Let all that was loaded go by what trying the first one has shown: they are one model, and it takes a second each."""
    real, known = loading.findings_of, {}

    def findings_of(classifier: Any) -> Any:
        if "one" not in known:
            known["one"] = real(classifier)
        return known["one"]

    loading.findings_of = findings_of


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
