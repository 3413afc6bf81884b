"""Every setting there is: its name, what it is where nothing is said, and what it does. docs/settings.md is made of this table.

`models.places.setting` reads them and knows no other, so that a setting cannot come about without standing here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting. All texts are English Markdown, for the pages of docs/.

    Attributes:
        name: as `assay.toml` has it; in the environment it is `variable`.
        default: what holds where nothing is said.
        about: what it does.
        option: the option of a command that goes before it, "" for none.
    """

    name: str
    default: str
    about: str
    option: str = ""

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return f"ASSAY_{self.name.upper()}"


def _by_name(settings: Iterable[Setting]) -> dict[str, Setting]:
    return {one.name: one for one in settings}


SETTINGS = _by_name((
    Setting("home", "the user's data folder (on Linux `~/.local/share/assay`)",
            "Folder of database, files, logs, keys and the dashboard's token; readable by its owner alone."),
    Setting("cache", "the user's cache folder (on Linux `~/.cache/assay`)",
            "Folder of resources (WordNet, word vectors), exported engines and copies of files that lie elsewhere; several homes "
            "may share it."),
    Setting("database_url", "SQLite, in the data folder",
            "Database that several machines share: `postgresql://user@host/database`; or another file: `sqlite:///PATH`."),
    Setting("files_url", "`files/` of the data folder",
            "Place of tables, reports and models that several machines share: `file:///folder`, `s3://bucket/path` and others "
            "that fsspec knows."),
    Setting("retention_days", "runs are kept for good", "Days after its end at which a run is erased, with texts, reports and table."),
    Setting("retention_keep", "none", "Ids of runs, comma-separated, that are never erased by themselves."),
    Setting("offline", "downloads are allowed",
            "`1`, `true`, `yes` or `on`: nothing is downloaded, no model and no resource, from wherever; anything but these and their "
            "opposites is refused."),
    Setting("masked_lm", "the published ones, `bert-base-uncased` and `distilroberta-base`, where the hub's local cache has them",
            "Folder or hub id of the masked language model that `bae`, `bert_attack` and `clare` ask."),
    Setting("model_folders", "the user's home, the data folder, the working directory",
            "Folders that pages may load models from, separated as in `PATH`; commands may load from anywhere."),
    Setting("port", "8501", "Port of the dashboard; where it is taken, the next free one.", "--port"),
    Setting("address", "127.0.0.1", "Address the dashboard listens on, one of this machine alone.", "--address"),
    Setting("workers", "1", "Workers that are started beside the dashboard.", "--workers"),
    Setting("hosts", "none", "Further host names, comma-separated, under which the dashboard answers."),
    Setting("organisation", "the one set on the Settings page", "Name on the cover of reports.", "--organisation"),
    Setting("logo", "the one set on the Settings page", "Picture on the cover of reports: PNG, JPEG or SVG, up to 1 MB.", "--logo"),
    Setting("accent", "`#1f4e79`", "Colour of reports, dark enough for white letters.", "--accent"),
))  # fmt: skip
"""By name."""

CONFIG = Setting(
    "config", "`assay.toml` in the checkout's root; of an installed package in the user's folder of settings (on Linux `~/.config/assay`)",
    "The file of settings itself.",
)  # fmt: skip
"""Which file is read, so that it stands in the environment alone."""

FOR_DEVELOPMENT = _by_name((
    Setting("data", "none", "Folder of the data sets that the bundled models are trained on, for `make bundled`, tests and benches."),
    Setting("chromium", "the system's, else Playwright's own", "Browser of the tests that press pages."),
))  # fmt: skip
"""What the tools of development read, from the environment alone."""

BETWEEN_PROCESSES = frozenset({"ASSAY_FETCH_IS_TOLD", "ASSAY_LIFELINE", "ASSAY_NO_TOKEN", "ASSAY_WORKER"})
"""What processes of Assay tell those they start; nobody else sets them."""

OTHERS = {
    "HF_HUB_OFFLINE": "As `ASSAY_OFFLINE`, for models of a hub and official resources.",
    "HF_HOME": "Where models of a hub are cached.",
    "NLTK_DATA": "Where NLTK's WordNet, tagger and stop words may lie already.",
    "TA_CACHE_DIR": "Where TextAttack's word vectors may lie already.",
    "OMP_NUM_THREADS": "CPU threads of a forward pass where neither a spec nor a command says how many.",
    "LC_ALL, LC_MESSAGES, LANG": "Language of the terminal, the first that is set.",
}
"""What other programs' variables do here."""
