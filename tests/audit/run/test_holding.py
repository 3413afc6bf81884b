"""What a worker holds: each model once, however it is asked for, and none that no run needs beside another."""

import gc
import weakref
from dataclasses import asdict

import pytest

from audit.run.holding import HeldModels, identity_of, load_model
from audit.spec import ModelSpec


@pytest.fixture
def loads(tiny_bert_dir, tmp_path):
    """Held models that note what they load, with specs of two models."""
    names = []
    for name in "ab":
        (tmp_path / name).symlink_to(tiny_bert_dir)
        names.append(str(tmp_path / name))
    loaded = []

    def load(spec):
        classifier = load_model(spec)
        loaded.append((spec.name, weakref.ref(classifier)))
        return classifier

    return HeldModels(load), loaded, [ModelSpec(name=name, threads=1, engine="auto") for name in names]


def test_a_run_loads_its_model_once_for_its_spec_and_for_what_it_began_with(loads):
    models, loaded, (spec, _) = loads
    first = models.get(spec)
    assert models.get(spec, asdict(identity_of(first))) is first
    assert models.get(spec) is first
    assert len(loaded) == 1


def test_two_runs_that_take_turns_hold_two_models_and_load_each_once(loads):
    models, loaded, specs = loads
    for _ in range(3):
        for spec in specs:
            models.get(spec, asdict(identity_of(models.get(spec))))
    assert [name for name, _ in loaded] == [spec.name for spec in specs]


def test_the_model_of_a_run_that_is_over_is_let_go_before_another_is_loaded(loads):
    models, loaded, (first, second) = loads
    models.get(first)
    models.spare(first)
    assert loaded[0][1]() is not None  # another run of it would find it
    models.get(second)
    gc.collect()
    assert loaded[0][1]() is None
    assert loaded[1][1]() is not None


def test_renamed_labels_reach_whoever_holds_the_model(loads, tiny_bert_dir, home):
    from audit.live.holding import LiveModels
    from models import catalog

    models, loaded, _ = loads
    catalog.add("mine", str(tiny_bert_dir), labels=("x", "y", "z"))
    spec, live = ModelSpec(name="mine", threads=1, engine="torch"), LiveModels()
    assert models.get(spec).labels == live.get("mine").labels == ("x", "y", "z")
    catalog.rename_labels("mine", ("u", "v", "w"))
    assert models.get(spec).labels == live.get("mine").labels == ("u", "v", "w")
    assert models.get(spec) is models.get(spec)
    assert len(loaded) == 2
