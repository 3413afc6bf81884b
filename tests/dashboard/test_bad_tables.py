"""What the page of a table says of files that cannot be used."""

from __future__ import annotations

import re

import pytest
from pages import check, seen

from audit.errors import TableError
from audit.table import open_table
from audit.table.faults import without_flags

BAD = {
    "nothing.csv": b"",
    "blank.csv": b" \n\n\t\n",
    "bytes.csv": bytes(range(32)) * 40,
    "broken.parquet": b"PAR1 and no more",
    "named.parquet": b"text,label\na,b\n",
    "header.csv": b"text,label\n",
}


@pytest.mark.parametrize("name", BAD)
def test_a_fault_names_the_file_as_the_user_does(app, store, tmp_path, name):
    path = tmp_path / name
    path.write_bytes(BAD[name])
    upload = store.add_upload(path, name)
    test = app("data", table=upload.sha256)
    said = seen(test)
    assert f"{name} " in said.split("What is wrong")[1]
    assert upload.sha256[:12] not in said
    assert "audit the good rows" not in said
    assert "no good row. Mend the file" in said
    assert ("Read as" in said) == (name == "header.csv")
    assert name in str(open_table(path).faults[0])


def test_the_browser_names_no_option_of_the_terminal(app, store, tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("words,mark\n" + "a film;yes\n" * 5 + "a film,no\n", encoding="utf-8")
    test = app("data", table=store.add_upload(path, path.name).sha256)
    said = seen(test)
    assert "Say under Columns which column holds the texts." in said
    words = [line for line in said.splitlines() if not re.search(r"[{}]|var\(|--assay", line)]  # what is no style
    assert [line for line in words if "--" in line] == []
    assert "(--text)" in str(open_table(path).faults[0])


def test_the_advice_of_a_table_with_faults_names_no_option_either(tmp_path):
    path = tmp_path / "mixed.csv"
    path.write_text("text,label\na film,yes\n,no\n", encoding="utf-8")
    with pytest.raises(TableError) as fault:
        open_table(path).require()
    assert "(--keep-good)" in str(fault.value)
    assert without_flags(fault.value).endswith("go on with the 1 good row.")
    assert without_flags("what (not a flag) and - -- this") == "what (not a flag) and - -- this"


def test_good_rows_are_offered_where_there_are_some(app, store, tmp_path):
    path = tmp_path / "mixed.csv"
    path.write_text("text,label\na film,yes\n,no\n", encoding="utf-8")
    test = app("data", table=store.add_upload(path, path.name).sha256)
    check(test)
    assert "1 good row. Mend the file, or audit the good rows only." in seen(test)
    assert any(toggle.key == "keep-good" for toggle in test.toggle)
