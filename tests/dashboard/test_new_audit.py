"""New audit: what it begins with, what it says it will do, what it does not start, and that it starts once."""

from __future__ import annotations

import pytest
from pages import check, seen
from runs import write_table

from audit.spec import SUITES, TableSpec
from audit.stored import Run
from dashboard.forms.pairing import Candidate, best_pair
from dashboard.forms.starting import Begun
from models.entry import CatalogEntry
from models.known_languages import Known

MOODS, COLOURS = ("bad", "good"), ("red", "green")


def candidate(*labels, rows=True, meant="", languages=None, **spec):
    return Candidate(
        TableSpec(path="t", **spec), dict.fromkeys(labels, 3), rows=rows, meant=meant, languages=languages or {}
    )


def entry(name, *labels):
    return CatalogEntry(name=name, path="/nowhere", labels=labels)


MODELS = (entry("colours", *COLOURS), entry("moods", *MOODS), entry("unread"))


@pytest.mark.parametrize(
    ("tables", "asked", "found"),
    [
        ({"a": candidate(*MOODS)}, {}, ("moods", "a")),
        ({"a": candidate("odd"), "b": candidate(*COLOURS)}, {"model": ""}, ("unread", "a")),
        ({"empty": candidate(rows=False), "b": candidate(*MOODS)}, {}, ("moods", "b")),
        ({"a": candidate(*COLOURS), "b": candidate(*MOODS)}, {"model": "moods"}, ("moods", "b")),
        ({"a": candidate(*COLOURS), "b": candidate(*MOODS)}, {"table": "b"}, ("moods", "b")),
        ({"a": candidate(*COLOURS), "b": candidate(*MOODS)}, {"table": "b", "model": "colours"}, ("colours", "b")),
        ({"a": candidate("1", "2", meant="moods")}, {"table": "a"}, ("moods", "a")),
        ({"a": candidate("Gut", "bad", label_map={"Gut": "good"})}, {}, ("moods", "a")),
        ({"a": candidate(*MOODS), "b": candidate()}, {"model": "gone", "table": "gone"}, ("moods", "a")),
        ({"a": candidate()}, {}, ("colours", "a")),
    ],
)
def test_the_page_begins_with_a_model_and_a_table_that_fit(tables, asked, found):
    assert best_pair(MODELS, tables, **asked) == found


def test_a_pair_that_cannot_work_is_never_the_first_where_one_fits():
    models = MODELS[:2]
    tables = {"odd": candidate("x", "y"), "empty": candidate(rows=False), "fits": candidate(*COLOURS)}
    assert best_pair(models, tables) == ("colours", "fits")
    assert best_pair(models, {"odd": candidate("x", "y")}) in {("colours", "odd"), ("moods", "odd")}


def test_a_table_that_no_model_reads_is_not_the_first_where_there_is_another():
    known = {"moods": Known(("en",), "card"), "colours": Known(("en", "zh"), "card")}
    chinese, english = candidate(*MOODS, languages={"zh": 40}), candidate(*MOODS, languages={"en": 9})
    assert best_pair(MODELS[:2], {"new": chinese, "old": english}, known=known.__getitem__) == ("moods", "old")
    assert best_pair(MODELS[:2], {"new": chinese}, known=known.__getitem__) == ("moods", "new")
    assert best_pair(MODELS[:2], {"new": chinese, "old": english}, table="new", known=known.__getitem__) == (
        "moods",
        "new",
    )
    both = (*MODELS[:2], entry("zh-moods", *MOODS))
    assert best_pair(both, {"new": chinese}, known=(known | {"zh-moods": Known(("zh",), "card")}).__getitem__) == (
        "zh-moods",
        "new",
    )


def test_a_form_starts_one_run_however_often_it_is_sent():
    begun, made, there = Begun(), [], set()

    def begin():
        made.append(f"run{len(made)}")
        there.add(made[-1])
        return type("R", (), {"id": made[-1]})()

    assert [begun.once("form", begin, there.__contains__) for _ in range(3)] == ["run0"] * 3
    assert begun.once("other", begin, there.__contains__) == "run1"
    there.discard("run0")
    assert begun.once("form", begin, there.__contains__) == "run2", "a run that was deleted is no answer"
    with pytest.raises(ValueError, match="no"):
        begun.once("third", lambda: (_ for _ in ()).throw(ValueError("no")), there.__contains__)
    assert begun.once("third", begin, there.__contains__) == "run3"


@pytest.fixture
def ready(store, tmp_path):
    """A table that a registered model fits, and none else."""
    from models import catalog

    (tmp_path / "mine").mkdir()
    catalog.add("mine", str(tmp_path / "mine"), labels=("no", "yes"), in_place=True)
    path = write_table(tmp_path / "t.csv", 30, ("yes", "no"))
    return store.add_upload(path, path.name).sha256


def test_the_newest_table_and_its_model_are_chosen_and_the_bar_says_what_runs(app, ready):
    test = app("new_audit")
    assert (test.selectbox(key="audit-model").value, test.selectbox(key="audit-table").value) == ("mine", ready)
    captions = dict(zip(SUITES, test.radio(key="suite").proto.captions, strict=False))
    assert captions["quick"].startswith("**all 30 rows, about 1 min.**")
    assert captions["standard"].startswith("**all 30 rows, about 1 min.**")
    assert captions["deep"].startswith("**all 30 rows, about 4 min.**")
    assert f"**all 30 rows**, {len(SUITES['quick'].probes)} probes, about 1 min" in seen(test)
    assert not test.button(key="start").disabled


def test_a_newer_table_that_the_model_cannot_read_is_not_chosen(app, ready, store, tmp_path):
    from models import catalog

    (tmp_path / "mine" / "card.json").write_text('{"languages": ["en"]}')
    assert catalog.languages_on_disk("mine").languages == ("en",)
    path = tmp_path / "zh.csv"
    path.write_text(
        "text,label\n" + "".join(f"房间很干净，服务也很好，{i}。,yes\n" for i in range(9)), encoding="utf-8"
    )
    newer = store.add_upload(path, path.name).sha256
    assert app("new_audit").selectbox(key="audit-table").value == ready
    app("data", table=newer)
    assert store.upload(newer).summary["languages"] == {"zh": 9}
    assert app("new_audit").selectbox(key="audit-table").value == ready
    assert app("new_audit", table=newer).selectbox(key="audit-table").value == newer


def test_each_probe_stands_once_on_the_list_those_of_the_suite_first(app, ready):
    test = app("new_audit")
    ticks = [box for box in test.checkbox if str(box.key).startswith("probe-")]
    names = [str(box.key).removeprefix("probe-").removesuffix("-quick").partition("-")[2] for box in ticks]
    assert len(names) == len(set(names))
    wanted = {probe.name for probe in SUITES["quick"].probes}
    assert {name for name, box in zip(names, ticks, strict=True) if box.value} == wanted
    assert set(names[: len(wanted)]) == wanted
    assert [name for name, box in zip(names, ticks, strict=True) if box.disabled] == ["predict"]
    for box in ticks:
        if box.value and not box.disabled:
            box.uncheck()
    test.run()
    check(test)
    assert "**all 30 rows**, 1 probe" in seen(test)
    assert "1 probe, about" not in seen(test), "the figures of the suite are not those of this"
    assert not test.button(key="start").disabled


def test_two_tabs_that_send_the_same_form_get_one_run(app, store, ready):
    tabs = [app("new_audit", table=ready), app("new_audit", table=ready)]
    for test in tabs:
        test.button(key="start").click().run()
        check(test)
    assert len(store.runs()) == 1
    later = app("new_audit", table=ready)
    later.button(key="start").click().run()
    assert len(store.runs()) == 2, "a form that was opened since is another one"


def test_another_seed_is_another_form(app, store, ready):
    for seed in (1, 2):
        test = app("new_audit", table=ready)
        test.number_input(key="seed").set_value(seed)
        test.button(key="start").click().run()
        check(test)
    runs: list[Run] = [store.run(run_id) for run_id in store.runs()["id"]]
    assert sorted(run.spec["seed"] for run in runs) == [1, 2]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("text,label\n", "The table has no row that can be audited."),
        ("text,label\na film,x\nb film,y\n", "No label of the table is known to the model"),
        ("text,label\na film,yes\n,no\n", "Rows of the table have faults"),
        ("text,label\na film,0\nb film,1\n", "What its labels mean is a guess"),
    ],
)
def test_what_cannot_work_is_not_started_and_why_stands_beside_the_button(app, store, ready, tmp_path, content, why):
    path = tmp_path / "odd.csv"
    path.write_text(content, encoding="utf-8")
    test = app("new_audit", table=store.add_upload(path, path.name).sha256, model="mine")
    assert test.button(key="start").disabled
    assert why in seen(test)


def test_a_sample_is_not_started_on_a_model_it_does_not_fit(app, store, ready):
    test = app("new_audit", model="mine")
    sample = next(key for key in test.selectbox(key="audit-table").options if "Sample" in key)
    test.selectbox(key="audit-table").select(sample).run()
    check(test)
    assert test.button(key="start").disabled


def test_in_an_empty_installation_a_sample_comes_with_its_own_model(app, store):
    test = app("new_audit")
    assert test.selectbox(key="audit-table").value.rpartition("/")[2] == "sentiment.csv"
    assert test.selectbox(key="audit-model").value == "sentiment"
    assert not test.button(key="start").disabled


def test_groups_are_chosen_for_one_audit_alone(app, store, tmp_path):
    path = tmp_path / "g.csv"
    labels, regions = ("negative", "positive"), ("south", "north", "north")
    lines = [f"Text number {i} is about the door.,{labels[i % 2]},{regions[i % 3]}" for i in range(9)]
    path.write_text("\n".join(["text,label,region", *lines]))
    table = store.add_upload(path, "g.csv").sha256
    test = app("new_audit", model="sentiment", table=table)
    groups = next(one for one in test.multiselect if one.label == "Groups")
    assert (groups.options, groups.value) == (["region"], [])
    groups.set_value(["region"]).run()
    check(test)
    test.button(key="start").click().run()
    (run,) = store.runs().to_dict("records")
    assert store.run(run["id"]).spec["table"]["groups"] == ["region"]
    again = app("new_audit", clone=run["id"])
    assert next(one for one in again.multiselect if one.label == "Groups").value == ["region"]
    assert not store.upload(table).options.get("groups")


def test_a_table_that_may_have_labels_says_so(app, store, tmp_path):
    path = tmp_path / "u.csv"
    urgency, regions = ("later", "urgent", "urgent"), ("south", "north")
    lines = [f"The ticket number {i} is about the door.,{urgency[i % 3]},{regions[i % 2]}" for i in range(12)]
    path.write_text("\n".join(["text,urgency,region", *lines]))
    table = store.add_upload(path, "u.csv").sha256
    assert "Audited without labels, which may be in urgency, region" in seen(
        app("new_audit", model="sentiment", table=table)
    )
    test = app("data", table=table)
    assert "Which column holds the labels?" in seen(test)
    test.button(key="take-labels-0").click().run()
    check(test)
    assert store.upload(table).options["label"] == "urgency"
    assert "Audited without labels" not in seen(app("new_audit", model="sentiment", table=table))
