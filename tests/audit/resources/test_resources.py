"""Resources: found where they lie, provided once, described; and what they hold."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from audit.errors import ResourceError, UnknownName
from audit.resources import RESOURCES, listing, locate, missing, resource
from audit.resources.chinese import SOUND_ALIKES, similar_characters
from audit.resources.counterfit import counter_fit, nearest
from audit.resources.stopwords import Stopwords
from audit.resources.tagger import _Plain

HERE = [name for name, kind in RESOURCES.items() if kind.standard]


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with nothing in it, and no NLTK data anywhere."""
    monkeypatch.setenv("ASSAY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("NLTK_DATA", raising=False)
    monkeypatch.setenv("ASSAY_OFFLINE", "1")
    return tmp_path


def provided(name: str):
    """The resource, or a skip that says how to have it."""
    found = locate(name)
    if found is None:
        pytest.skip(f"{name} is not provisioned; run: python -m audit resources get --standard")
    return found


def test_every_resource_describes_itself() -> None:
    for kind in RESOURCES.values():
        assert kind.title
        assert kind.wanted_by
        assert kind.official
        assert kind.otherwise
    with pytest.raises(UnknownName, match="stopwords"):
        resource("nothing")


@pytest.mark.parametrize("name", HERE)
def test_what_is_here_has_version_licence_and_hash(name: str) -> None:
    found = provided(name)
    assert found.name == name
    assert found.path.exists()
    assert found.licence
    assert len(found.sha256) == 64


def test_two_processes_provide_once(empty: Path) -> None:
    program = "from audit.resources import get; get(['stopwords'], print, standard=True)"
    root = Path(__file__).resolve().parents[3]
    both = [
        subprocess.Popen([sys.executable, "-c", program], cwd=root, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    said = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert Stopwords().locate() is not None
    made = [[line for line in text.splitlines() if "waiting" not in line] for text in said]
    assert sorted(map(bool, made)) == [False, True], "exactly one of them made it"


def test_the_users_own_nltk_data_comes_first(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = empty / "mine" / "corpora" / "stopwords"
    place.mkdir(parents=True)
    (place / "english").write_text("the\n")
    monkeypatch.setenv("NLTK_DATA", str(empty / "mine"))
    found = Stopwords().locate()
    assert found is not None
    assert (found.variant, found.path, found.stand_in) == ("nltk", empty / "mine", False)


def test_what_is_missing_says_how_to_get_it(empty: Path) -> None:
    assert {"stopwords", "wordnet", "vectors"} <= set(missing(RESOURCES))
    with pytest.raises(ResourceError, match="python -m audit resources get wordnet"):
        resource("wordnet").need()
    with pytest.raises(ResourceError, match="ASSAY_OFFLINE"):
        resource("masked-lm").get(print)


def test_stop_words_are_nltks(data_folder: Path) -> None:
    theirs = data_folder.parent / "nltk_data" / "corpora" / "stopwords" / "english"
    if not theirs.is_file():
        pytest.skip("NLTK's own list is not here to compare with")
    from audit.resources.stopwords import WORD_LIST

    mine = {line for line in WORD_LIST.read_text().splitlines() if not line.startswith("#")}
    assert mine == set(theirs.read_text().split())


def test_look_alikes_are_what_they_say() -> None:
    from audit.resources.homoglyphs import lookalikes

    table = lookalikes()
    assert "а" in table["a"]
    for before, others in table.items():
        for other in others:
            assert other != before
            assert unicodedata.normalize("NFKC", other) != before, "an NFKC step would undo it"


def test_similar_chinese_characters_sound_or_look_alike() -> None:
    import pinyin

    similar = similar_characters()
    assert "措" in similar["错"]
    assert "借" in similar["错"]
    sounds = {character: pinyin.get(character, format="strip") for character in similar}
    for character, others in similar.items():
        assert character not in others
        assert set(others) <= set(similar)
        alike = [other for other in others[:SOUND_ALIKES] if sounds.get(other) == sounds[character]]
        assert alike or sum(sound == sounds[character] for sound in sounds.values()) == 1
    assert "好" not in similar["坏"]


def test_wordnet_reads() -> None:
    provided("wordnet")
    from audit.resources.wordnet import reader

    assert "film" in reader().synsets("movie")[0].lemma_names()
    assert reader().morphy("films") == "film"


def test_the_tagger_agrees_with_itself_and_sees_context() -> None:
    provided("tagger")
    from audit.attack.tagging import universal_tags

    assert universal_tags(("the", "good", "movie", "runs", "slowly")) == ("DET", "ADJ", "NOUN", "VERB", "ADV")
    assert universal_tags(("they", "want", "to", "love", "it"))[3] == "VERB"
    assert universal_tags(("a", "story", "of", "great", "love"))[4] == "NOUN"


def test_cached_tags_are_nltks() -> None:
    provided("tagger")
    import nltk

    from audit.attack.tagging import universal_tag_at, universal_tags

    for text in (
        "She saw the 40 old well-made films of 1999",
        "love",
        "Running water runs slowly , they said",
        "X y 2 z",
    ):
        words = text.split()
        expected = [tag for _, tag in nltk.pos_tag(words, tagset="universal")]
        assert list(universal_tags(tuple(words))) == expected
        assert [universal_tag_at(words, i) for i in range(len(words))] == expected


def test_vectors_bring_synonyms_near_and_antonyms_apart() -> None:
    found = provided("vectors")
    from audit.resources.vectors import load_vectors

    table = load_vectors()
    assert len(table.words) > 40_000
    assert table.neighbours.shape == (len(table.words), 51)
    near = lambda word: {table.words[i] for i in table.neighbours[table.place[word]][1:]}  # noqa: E731
    assert {"film", "films"} <= near("movie")
    assert "awful" in near("terrible")
    assert not {"bad", "badly"} & near("good")
    if found.stand_in:
        stated = json.loads((found.path / "quality.json").read_text())
        assert stated["antonyms_in_10"] < 0.05
        assert stated["spearman_wordnet"] > stated["spearman_wordnet_before"] - 0.02


def test_counter_fitting_moves_what_it_should() -> None:
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(200, 16)).astype(np.float32)
    vectors[1] = vectors[0] + 0.9 * vectors[1]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    before = vectors.copy()
    fitted = counter_fit(vectors, [(2, 3)], [(0, 1)], nearest(vectors, 11))
    assert np.array_equal(vectors, before)
    assert fitted[0] @ fitted[1] < vectors[0] @ vectors[1] - 0.2
    assert fitted[2] @ fitted[3] > vectors[2] @ vectors[3] + 0.2
    assert np.allclose(np.linalg.norm(fitted, axis=1), 1, atol=1e-5)
    order = np.argsort(-(fitted @ fitted.T), axis=1)[:, :5]
    assert np.array_equal(nearest(fitted, 5, block=64), order)


def test_the_language_model_is_a_distribution_that_knows_order() -> None:
    provided("language-model")
    from audit.resources.language_model import load_language_model

    model = load_language_model()
    total = sum(np.exp(model.log_prob(["a", "piece"], word)) for word in model._index)
    assert total == pytest.approx(1.0, abs=0.05)  # the rest is the end of a sentence
    assert model.log_prob(["a", "piece"], "of") > model.log_prob(["a", "piece"], "the")
    assert model.sentence_log_prob(["the", "act", "of", "moving"]) > model.sentence_log_prob(
        ["moving", "of", "act", "the"]
    )


def test_the_encoder_gives_unit_vectors_whatever_the_batch() -> None:
    provided("encoder")
    from audit.resources.encoder import load_encoder

    encoder = load_encoder()
    texts = ["a good film", "a fine movie", "my card was declined at the shop yesterday", "a good film"]
    together = encoder.encode(texts)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.allclose(together, np.vstack([encoder.encode([text]) for text in texts]), atol=1e-5)
    assert together[0] @ together[1] > 0.7 > 0.3 > together[0] @ together[2]


def test_a_pickle_that_calls_something_is_refused() -> None:
    import io

    with pytest.raises(ResourceError, match="unexpected object"):
        _Plain(io.BytesIO(pickle.dumps(os.getcwd))).load()


def test_the_command_lists_and_refuses() -> None:
    from audit.cli.resources import app
    from audit.errors import InputError

    shown = CliRunner().invoke(app, ["--json"])
    assert shown.exit_code == 0
    assert {row["name"] for row in json.loads(shown.stdout)} == set(RESOURCES) == {row.kind.name for row in listing()}
    refused = CliRunner().invoke(app, ["get"])
    assert isinstance(refused.exception, InputError)
