"""Queries about whose reports are: the organisation's name and its logo."""

from __future__ import annotations

import sqlalchemy as sa

from audit.store import schema as s
from audit.store.blobs import FileQueries
from audit.stored import KeptBrand, PictureKind

NAME, LOGO = "organisation", "logo"


class BrandQueries(FileQueries):
    """Name and logo of this installation's reports."""

    def brand(self) -> KeptBrand:
        """What is kept of them; blank where nothing is."""
        with self.database.read() as connection:
            rows = {row.part: row for row in connection.execute(sa.select(s.brand))}
        name, logo = rows.get(NAME), rows.get(LOGO)
        said = "" if name is None else name.said
        return KeptBrand(said) if logo is None else KeptBrand(said, logo.sha256, logo.said)

    def save_organisation(self, name: str) -> None:
        """Keep a name in place of the one there is; "" keeps none."""
        with self.database.write() as connection:
            connection.execute(sa.delete(s.brand).where(s.brand.c.part == NAME))
            if name:
                connection.execute(sa.insert(s.brand).values(part=NAME, said=name))
            self._note(connection, "brand", NAME)

    def save_logo(self, data: bytes, kind: PictureKind) -> None:
        """Keep a picture in place of the one there is.

        Raises:
            DiskError, FilesError: the place of files refuses; the one there is stays.
        """
        with self.keeping([data]) as (blob,):
            before = self._put_logo(blob.sha256, kind)
        self.drop_files(before)

    def delete_logo(self) -> None:
        """Keep no picture any more.

        Raises:
            FilesError: its file could not be removed; it is tried again by `sweep_files`.
        """
        self.drop_files(self._put_logo(None, "png"))

    def _put_logo(self, sha256: str | None, kind: PictureKind) -> list[str]:
        """Refer to another picture, or to none; returns the one that was referred to."""
        mine = s.brand.c.part == LOGO
        with self.database.write() as connection:
            before = list(connection.execute(sa.select(s.brand.c.sha256).where(mine)).scalars())
            connection.execute(sa.delete(s.brand).where(mine))
            if sha256 is not None:
                connection.execute(sa.insert(s.brand).values(part=LOGO, said=kind, sha256=sha256))
            self._note(connection, "brand", LOGO)
        return before
