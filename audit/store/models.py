"""Queries about registered models: what is known of each, and the files that are kept of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from audit.store import schema as s
from audit.store.base import dump, load, now
from audit.store.blobs import FileQueries


class ModelQueries(FileQueries):
    """Registered models."""

    def models(self) -> list[dict[str, Any]]:
        """Every registered model in the order they were added: the columns of `schema.models`, and `trees`.

        `trees` has, for each part of it whose files are kept, a hash over their paths and contents.
        """
        with self.database.read() as connection:
            rows = (
                connection.execute(sa.select(s.models).order_by(s.models.c.added_at, s.models.c.name)).mappings().all()
            )
            found = connection.execute(sa.select(s.model_files)).mappings().all()
        trees: dict[str, dict[str, dict[str, str]]] = {}
        for file in found:
            trees.setdefault(file["model"], {}).setdefault(file["part"], {})[file["path"]] = file["sha256"]
        return [
            {
                **row, "labels": load(row["labels"]), "facts": load(row["facts"]) if row["facts"] else None,
                "trees": {part: _hash(files) for part, files in trees.get(row["name"], {}).items()},
            }
            for row in rows
        ]  # fmt: skip

    def add_model(
        self, model: Mapping[str, Any], files: Mapping[str, Mapping[str, Path]] | None = None, *, replace: bool = False
    ) -> bool:
        """Register a model and keep its files; False where there is one of that name and it is not to be replaced.

        Args:
            model: name, path, machine, labels, base, base_sha256, device, dtype, note, facts.
            files: part to path within its folder to the file to keep a copy of.
            replace: whether a model of that name gives way.

        Raises:
            DiskError, FilesError: the files cannot be kept; nothing is registered.
        """
        named = [(part, path, file) for part, those in (files or {}).items() for path, file in sorted(those.items())]
        facts = None if model["facts"] is None else dump(model["facts"])
        values = {**model, "labels": dump(list(model["labels"])), "facts": facts}
        mine, before = s.models.c.name == model["name"], list[str]()
        if not replace and self._knows(model["name"]):  # before anything large is copied
            return False
        with self.keeping([file for _, _, file in named]) as blobs, self.database.write() as connection:
            at = connection.execute(sa.select(s.models.c.added_at).where(mine)).scalar()
            if at is not None and not replace:
                return False
            before += connection.execute(
                sa.select(s.model_files.c.sha256).where(s.model_files.c.model == model["name"])
            ).scalars()
            connection.execute(sa.delete(s.models).where(mine))
            connection.execute(sa.insert(s.models).values(**values, added_at=at or now()))
            rows = [
                {"model": model["name"], "part": part, "path": path, "sha256": blob.sha256}
                for (part, path, _), blob in zip(named, blobs, strict=True)
            ]
            if rows:
                connection.execute(sa.insert(s.model_files), rows)
            self._note(connection, "model", model["name"])
        self.drop_files(before)
        return True

    def relabel_model(self, name: str, labels: Sequence[str]) -> bool:
        """Give a registered model other labels; False where there is none of that name."""
        query = sa.update(s.models).where(s.models.c.name == name).values(labels=dump(list(labels)))
        with self.database.write() as connection:
            known = connection.execute(query).rowcount > 0
            if known:
                self._note(connection, "model", name)
        return known

    def remove_model(self, name: str) -> bool:
        """Forget a registered model and the files that only it has; False where there is none of that name."""
        with self.database.write() as connection:
            mine = sa.select(s.model_files.c.sha256).where(s.model_files.c.model == name)
            hashes = list(connection.execute(mine).scalars())
            gone = connection.execute(sa.delete(s.models).where(s.models.c.name == name)).rowcount > 0
            if gone:
                self._note(connection, "model", name)
        self.drop_files(hashes)
        return gone

    def model_folder(self, name: str, part: str) -> Path:
        """A folder of this machine with the kept files of a part of a model.

        Raises:
            FilesError: one of them is gone or damaged.
            DiskError: the folder cannot be written.
        """
        query = sa.select(s.model_files.c.path, s.model_files.c.sha256)
        mine = query.where(s.model_files.c.model == name, s.model_files.c.part == part)
        with self.database.read() as connection:
            files = {row.path: row.sha256 for row in connection.execute(mine)}
        return self.files.tree(files)

    def _knows(self, name: str) -> bool:
        with self.database.read() as connection:
            return connection.execute(sa.select(s.models.c.name).where(s.models.c.name == name)).first() is not None


def _hash(files: Mapping[str, str]) -> str:
    return hashlib.sha256(dump(dict(files)).encode()).hexdigest()
