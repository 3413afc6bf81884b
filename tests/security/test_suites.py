"""Suites by somebody who means to stop the server or to mislead a reader: refused in one sentence, before anything is made of them."""

import json
from contextlib import suppress

import pytest
from pages import check
from streamlit.testing.v1 import AppTest

from audit.actions import suites
from audit.actor import local_user
from audit.behave.suites.checklist_sentences import read_expectation
from audit.behave.suites.model import MOST_CHARACTERS, MOST_TEXTS
from audit.behave.suites.probe import MOST_BYTES
from audit.behave.suites.templates import Room, Template, Word, expand
from audit.behave.suites.toml_file import parse_toml
from audit.errors import AuditError, InputError
from audit.store import close_stores, open_store
from audit.toml_text import too_deep

HEAD = 'name = "s"\n'
TEST = '[[test]]\nname = "t"\ntype = "MFT"\nlabel = "a"\n'
WORDS = [f"w{n}" for n in range(100)]
SMALL = 'name = "s"\n' + TEST + 'cases = ["x"]\n'


def templates(texts, lists, **more):
    """The file of a suite of one template; `more` are its fields as TOML has them."""
    words = "".join(f"{json.dumps(name)} = {json.dumps(some)}\n" for name, some in lists.items())
    fields = "".join(f"{name} = {value}\n" for name, value in more.items())
    return f"{HEAD}[lists]\n{words}{TEST}[[test.template]]\ntexts = {json.dumps(texts)}\n{fields}"


def excluded(n, words="abcd"):
    return "[" + ",".join(f'{{{words[0]} = "w{i % 100}"}}' for i in range(n)) + "]"


MANY = [f"k{n}" for n in range(150)]
TOO_MUCH = {
    "a name of 20,000 parts": (HEAD + "a." * 20_000 + "b = 1", "within each other too deep"),
    "a table of 20,000 parts": (HEAD + "[" + "a." * 20_000 + "b]", "within each other too deep"),
    "quoted parts": (HEAD + '"a".' * 20_000 + "b = 1", "within each other too deep"),
    "parts behind texts that hide them": (HEAD + "x = '''\n\"'''\n" + "a . " * 20_000 + "b = 1", "too deep"),
    "lists in lists": (HEAD + "a = " + "[" * 100_000, "too deep"),
    "a billion and no sample": (templates(["{a}{b}{c}{d}{e}"], dict.fromkeys("abcde", WORDS)), "10,000,000,000 expansions"),
    "more than can be counted": (templates(["".join(f"{{{k}}}" for k in MANY[:90])], dict.fromkeys(MANY, WORDS)),
                                 "more than 1,000,000,000,000,000 expansions"),
    "too many slots": (templates(["".join(f"{{{k}}}" for k in MANY)], dict.fromkeys(MANY, WORDS), sample=5), "150 slots"),
    "no such list": (templates(["{a}"], {"b": ["x"]}), "no list of words called 'a'"),
    "a text of 140,000": (HEAD + TEST + f'cases = ["{"x " * 70_000}"]\n', "at most 131072 characters"),
    "a word of 140,000": (templates(["{a}"], {"a": ["x" * 140_000]}), "at most 131072 characters"),
    "a slot a thousand times": (templates(["{a}" * 20_000], {"a": ["x" * 1_000]}), "makes texts of up to 20,060,000 characters"),
    "long texts many times": (templates(["x" * 100_000 + "{a}{b}"], dict.fromkeys("ab", WORDS)), f"more than {MOST_CHARACTERS:,} char"),
    "variants without end": (templates(["{a}{b}{c}"], dict.fromkeys("abc", WORDS), vary='"a"', sample=10_000).replace("MFT", "INV"),
                             f"more than {MOST_TEXTS:,} texts"),
    "many exclusions": (templates(["{a}"], {"a": WORDS}, exclude=excluded(5_000)), "at most 1000 items"),
    "many templates": (templates(["{a}"], {"a": WORDS}) + '[[test.template]]\ntexts = ["x"]\n' * 2_000, "at most 1000 items"),
    "many tests": (HEAD + "".join(TEST.replace('"t"', f'"t{n}"') + 'cases = ["x"]\n' for n in range(2_001)), "at most 2000 items"),
    "many labels": (HEAD + TEST.replace("MFT", "INV") + f'unless = {json.dumps(WORDS * 11)}\ncases = [["x", "y"]]\n', "at most 1000"),
    "a long name": (SMALL.replace('"t"', f'"{"t" * 301}"'), "at most 300 characters"),
    "a NUL": (SMALL.replace('"x"', '"x\\u0000"'), "NUL character"),
    "a NUL in a name": (SMALL.replace('"t"', '"t\\u0000"'), "NUL character"),
    "half a character": (SMALL.replace('"x"', '"x\\ud800"'), "not a Unicode scalar"),
    "a blank name": (SMALL.replace('"t"', '" "'), "it is blank"),
    "a number without end": (HEAD + "a = " + "9" * 5_000, "too many digits"),
    "a weight of infinity": (templates(["{a}"], {"a": ["x"]}).replace('["x"]', '[{word = "x", weight = inf}]'), "finite"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_what_is_too_much_is_one_sentence_before_it_is_made(text, said):
    with pytest.raises(InputError, match=said) as told:
        parse_toml(text, "s.toml")
    assert len(str(told.value)) < 500
    assert "\n" not in str(told.value)


def test_templates_that_are_filled_for_nothing_have_an_end():
    lists = {name: [Word(word) for word in WORDS] for name in "abcd"}
    nearly_all = tuple({"a": word} for word in WORDS[:99])
    template = Template(("{a}{b}{c}{d}",), exclude=nearly_all, sample=1_000)
    with pytest.raises(InputError, match="filled too often"):
        expand(template, lists, Room(work=50_000))
    assert len(expand(template, lists, Room(work=300_000))) > 400


def test_a_sample_of_more_expansions_than_a_machine_counts():
    names = "abcdefghij"
    lists = dict.fromkeys(names, WORDS)  # 10**20
    text = templates(["".join(f"{{{name}}}" for name in names)], lists, sample=10)
    (test,) = parse_toml(text, "s.toml").tests
    assert len(test.cases) == 10
    assert parse_toml(text, "s.toml") == parse_toml(text, "s.toml")


def test_dots_and_brackets_within_texts_are_texts():
    deep = "a.b.c.d.e.f.g.h.i " + "[{" * 50
    text = SMALL.replace('"x"', f"{json.dumps(deep)}, '''{deep}\n{deep}''' # {deep}\n")
    assert parse_toml(text, "s.toml").cases == 2
    assert not too_deep('a = "' + "\\\\." * 100 + '"', 8)
    assert too_deep('a = "\\\\"\n' + "a." * 9 + "a = 1", 8)


@pytest.mark.parametrize("sign", ['"""\\"', '"""', "'''", '"', "'", '"\\', "\\", "#", '""\\"', "\\\n"])
def test_the_look_at_a_text_takes_each_sign_once(sign):
    """A text of signs that open and never close: a pattern that began anew at each would take hours of this."""
    too_deep(sign * 200_000, 8)
    too_deep(sign * 200_000 + "\\", 8)


@pytest.mark.parametrize(
    "said",
    ["prediction of every perturbed text equals that of the first threshold " + "1" * 130_000,
     "confidence in the original prediction must not drop by more than 0.1" + "(skipped when original is " * 5_000,
     "P(a)-P(b" * 15_000],
)  # fmt: skip
def test_sentences_of_an_export_are_not_read_without_end(said):
    assert read_expectation(said) is None


# -- files that are brought in -------------------------------------------------------------------------------------

CHECKLIST = "text,label,test,capability,type,case_id,example_idx\n"
HATE = "functionality,test_case,label_gold\n"
NAMES = ["..", ".", "", "/", "../../../escaped.toml", "C:\\x\\y.toml", "a\0b.toml", "a\ud800.toml", "a" * 5_000 + ".toml",
         "\u202e[/b]\x1b[31m.toml", "tests.csv/..", "CON.toml", "-rf.toml", "~root.toml", "%2e%2e%2fx.toml"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_file_by_any_name_stays_in_its_folder(name, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "here"))
    (tmp_path / "here").mkdir()
    with suppress(AuditError):
        suites.text_of_upload({name: SMALL.encode()})
    assert [path.name for path in tmp_path.iterdir()] == ["here"]
    assert list((tmp_path / "here").iterdir()) == []


def parquet():
    """A few bytes that are a hundred thousand rows of eight thousand characters."""
    import io

    import pyarrow as pa
    import pyarrow.parquet as pq

    file, n = io.BytesIO(), 30_000
    pq.write_table(
        pa.table({"functionality": ["a"] * n, "test_case": ["x" * 8_000] * n, "label_gold": ["c"] * n}), file
    )
    return file.getvalue()


FILES = {
    "a TOML of 50 MB": ({"a.toml": HEAD.encode() + b"#\n" * 25_000_000}, f"at most {MOST_BYTES:,}"),
    "a suite of 6 MB": ({"a.toml": SMALL.encode() + b"#" * 6_000_000}, "part it into several"),
    "a test for each row": ({"a.csv": (HATE + "".join(f"f{n},x {n},c\n" for n in range(2_001))).encode()}, "2,001 tests"),
    "a number without end": (
        {"cases.csv": (CHECKLIST + f"x,b,t,c,MFT,1,{'9' * 5_000}\n").encode(),
         "tests.csv": b"test,type,expectation,description\nt,MFT,each example has its label,x\n"}, "must be a whole number"),
    "a tolerance without end": (
        {"cases.csv": (CHECKLIST + "x,b,t,c,DIR,1,0\ny,b,t,c,DIR,1,1\n").encode(),
         "tests.csv": ("test,type,expectation,description\nt,DIR,confidence in the original prediction must not drop by more "
                       f"than {'9' * 900},x\n").encode()}, "finite number"),
    "half a character": ({"a.jsonl": b'{"functionality": "a", "test_case": "x \\ud800", "label_gold": "c"}\n'}, "undecodable"),
    "a NUL": ({"a.jsonl": b'{"functionality": "a", "test_case": "x \\u0000", "label_gold": "c"}\n'}, "NUL"),
    "deep JSON": ({"a.jsonl": b'{"functionality":' + b"[" * 100_000}, "no columns that can be read"),
    "a zip": ({"a.zip": b"PK\x03\x04" + b"0" * 100}, "no columns that can be read"),
    "a Parquet file that is a bomb": ({"a.parquet": parquet()}, "which no suite has"),
    "two files": ({"a.csv": b"x", "b.csv": b"y"}, "one file at a time"),
    "what is expected twice": ({"x/tests.csv": b"x", "tests.csv": b"y"}, "one file at a time"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("files", "said"), FILES.values(), ids=FILES.keys())
def test_what_is_brought_in_and_is_no_suite_is_one_sentence(files, said):
    with pytest.raises(AuditError, match=said) as told:
        suites.text_of_upload(files)
    assert len(str(told.value)) < 600


def test_many_capabilities_of_one_test_are_read_once(monkeypatch):
    """Rows of one test were put together anew for each capability: by the square of their number."""
    rows = "".join(f"x {n},c,one,k{n}\n" for n in range(40_000))
    columns = suites.Columns("t", "l", "x", "c")
    _, suite = suites.text_of_upload({"p.csv": f"t,l,x,c\n{rows}".encode()}, columns)
    assert [(test.name, len(test.cases)) for test in suite.tests] == [("one", 40_000)]


# -- what is kept --------------------------------------------------------------------------------------------------


@pytest.fixture
def kept(home, alone):
    return suites.save(local_user(), SMALL, "films")


@pytest.mark.parametrize(
    "name", ["", " ", "..", "a/b", "a\\b", "a\0", "a\n", "\u202eevil", "a\u2028b", "x.toml", "x.CSV", "[/b]", "-x", "=1+1", "a" * 61,
             "a\ud800", "latest%", "sentiment-english", "Sentiment-English"],
    ids=ascii,
)  # fmt: skip
def test_a_name_that_is_a_path_or_would_be_obeyed_is_refused(home, alone, name):
    with pytest.raises(InputError):
        suites.save(local_user(), SMALL, name)
    assert open_store().suites() == ()
    close_stores()


def test_a_suite_too_large_is_refused_before_it_is_read(home, alone, monkeypatch):
    monkeypatch.setattr("audit.actions.suites.parse_toml", lambda *_: pytest.fail("it was read"))
    with pytest.raises(InputError, match="at most 5,000,000"):
        suites.save(local_user(), SMALL + "#" * MOST_BYTES, "large")


def test_a_name_that_was_kept_is_erased_with_every_version(kept, home):
    """Nothing of a deleted suite is left in the data folder."""
    suites.save(local_user(), SMALL.replace('"x"', '"the xylophonist"'), "films")
    assert open_store().suites()[0].version == 2
    close_stores()
    assert holding(home)
    suites.delete(local_user(), "films")
    close_stores()
    assert holding(home) == []


def holding(home):
    return [path for path in home.rglob("*") if path.is_file() and b"xylophonist" in path.read_bytes()]


def test_the_form_answers_what_is_too_much_in_a_sentence(home, alone):
    test = AppTest.from_string("from dashboard.app import main\nmain('suites')", default_timeout=300)
    test.query_params["make"] = "1"
    check(test.run())
    test.text_input(key="draft-name").set_value("t\u202e[/b]")
    test.text_area(key="draft-lists").set_value("\n".join(f"{name} = {','.join(WORDS)}" for name in MANY))
    area = next(one for one in test.text_area if one.key.startswith("draft-templates"))
    area.set_value("".join(f"{{{name}}}" for name in MANY[:90])).run()
    check(test)
    assert any("expansions" in one.value for one in test.info)
    test.number_input(key="draft-sample").set_value(5).run()
    check(test)
    assert test.subheader, "what comes of it is shown"
    area = next(one for one in test.text_area if one.key.startswith("draft-templates"))
    area.set_value("{k1}" * 40_000).run()
    check(test)
    assert any("characters" in one.value for one in test.info)
    close_stores()
