"""Every architecture x head: the same probabilities as plain transformers, whatever the batch; gradients and offsets."""

import numpy as np
import pytest
import torch
from checkpoints import ARCHITECTURES, HEADS

from models import load

TEXTS = [
    "The film was a quiet delight from start to finish.",
    "dull",
    "Great service,  friendly staff — and a fair price! It hasn't cost much; nobody complained, not even my uncle.",
    "它的味道非常好，我们很喜欢。",
    "An overlong, dull and rather silly sequel.",
]
LABELS = {"sigmoid": ["no", "yes"]}


def plain_probabilities(folder, head, texts, max_tokens):
    """One text at a time with plain transformers: nothing to pad, nothing to mask."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    module = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    rows = []
    for text in texts:
        pair = (text,) if isinstance(text, str) else text
        inputs = dict(tokenizer(*pair, return_tensors="pt", truncation=True, max_length=max_tokens))
        if "token_type_ids" in inputs and "token_type_ids" not in module.forward.__code__.co_varnames:
            del inputs["token_type_ids"]
        with torch.no_grad():
            raw = module(**inputs).logits[0]
        if head == "softmax":
            rows.append(raw.softmax(-1).numpy())
        elif head == "multi_label":
            rows.append(raw.sigmoid().numpy())
        else:
            p = float(raw.sigmoid())
            rows.append(np.array([1 - p, p]))
    return np.stack(rows)


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_probabilities_equal_plain_transformers(checkpoint, architecture, head):
    folder = checkpoint(architecture, head)
    classifier = load(str(folder), labels=LABELS.get(head))
    expected = plain_probabilities(folder, head, TEXTS, classifier.max_tokens)
    got = classifier.predict_proba(TEXTS)
    np.testing.assert_allclose(got, expected, atol=1e-5)
    assert np.ptp(expected, axis=0).max() > 1e-3, "the checkpoint tells no texts apart: the test would prove nothing"
    alone = np.concatenate([classifier.predict_proba([text]) for text in TEXTS])
    np.testing.assert_allclose(got, alone, atol=1e-5)
    assert classifier.head == head
    assert classifier.capabilities.multi_label == (head == "multi_label")


@pytest.mark.parametrize("architecture", ["bert", "distilbert", "roberta", "albert", "electra", "mpnet"])
def test_pairs_equal_plain_transformers(checkpoint, architecture):
    folder = checkpoint(architecture, "softmax")
    pairs = [("The film was dull.", "I waited forty minutes"), ("great", "An overlong, silly sequel; nobody answers.")]
    classifier = load(str(folder))
    expected = plain_probabilities(folder, "softmax", pairs, classifier.max_tokens)
    np.testing.assert_allclose(classifier.predict_proba(pairs), expected, atol=1e-5)
    segments = {token.segment for token in classifier.encode(pairs)[0].tokens if not token.special}
    assert segments == {0, 1}


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_embeddings_stand_in_for_words_and_carry_gradients(checkpoint, architecture):
    classifier = load(str(checkpoint(architecture, "softmax")))
    encodings = classifier.encode(TEXTS[:1])
    batch = classifier.collate([encodings[0].row])
    embeddings = classifier.embed(batch["input_ids"]).requires_grad_(True)
    logits = classifier.forward_embeddings(batch, embeddings)
    np.testing.assert_allclose(logits.detach().numpy(), classifier.logits([encodings[0].row]), atol=1e-5)
    logits[0, 1].backward()
    assert float(embeddings.grad.abs().sum()) > 0
    changed = classifier.forward_embeddings(batch, torch.zeros_like(embeddings))
    assert float((changed - logits).detach().abs().max()) > 1e-4
    again = classifier.forward_embeddings(batch, None)
    np.testing.assert_allclose(again.detach().numpy(), logits.detach().numpy(), atol=1e-6)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_tokens_lie_where_they_were_typed(checkpoint, architecture):
    classifier = load(str(checkpoint(architecture, "softmax")))
    text = "  Great service,\tfriendly  staff 喜欢 naïve!"
    encoding = classifier.encode([text])[0]
    covered = set()
    for token in encoding.tokens:
        if token.special:
            assert (token.start, token.end, token.word) == (0, 0, None)
            continue
        assert 0 <= token.start <= token.end <= len(text)
        assert text[token.start : token.end] == text[token.start : token.end].strip()
        covered.update(range(token.start, token.end))
    assert {i for i, c in enumerate(text) if c.isalnum()} <= covered
    assert not encoding.truncated
    assert encoding.total == len(encoding.tokens)


@pytest.mark.parametrize("architecture", ["bert", "roberta", "gpt2", "xlm-roberta", "deberta-v2"])
def test_long_texts_are_flagged_and_cut_at_the_limit(checkpoint, architecture):
    classifier = load(str(checkpoint(architecture, "softmax")))
    long = "The film was dull and the soup cold. " * 40
    encoding, short = classifier.encode([long, "dull"])
    assert encoding.truncated
    assert encoding.kept == classifier.max_tokens < encoding.total
    assert not short.truncated
    assert np.isfinite(classifier.predict_proba([long, "dull"])).all()


@pytest.mark.parametrize("architecture", ["bert", "roberta", "deberta-v2", "gpt2", "llama"])
def test_last_layer_attention_sums_to_one(checkpoint, architecture):
    classifier = load(str(checkpoint(architecture, "softmax")))
    rows = [encoding.row for encoding in classifier.encode(TEXTS[:2])]
    before = classifier.logits(rows)
    for row, attention in zip(rows, classifier.attention(rows), strict=True):
        assert attention.shape == (4, len(row), len(row))
        np.testing.assert_allclose(attention.sum(axis=-1), 1.0, atol=1e-4)
    np.testing.assert_allclose(classifier.logits(rows), before, atol=1e-6)


def test_a_decoder_refuses_rows_of_unequal_length_in_one_gradient_batch(checkpoint):
    classifier = load(str(checkpoint("gpt2", "softmax")))
    rows = [encoding.row for encoding in classifier.encode(TEXTS[:2])]
    assert classifier.equal_lengths
    with pytest.raises(ValueError, match="equal length"):
        classifier.collate(rows)


def test_a_decoder_ends_at_its_last_token_even_when_that_is_its_padding_token(checkpoint):
    """A text that ends in the token used for padding is still read to its end."""
    folder = checkpoint("gpt2", "softmax")
    classifier = load(str(folder))
    row = classifier.encode(["dull<|endoftext|>"])[0].row
    assert row.ids[-1] == classifier.tokenizer.eos_token_id
    from transformers import AutoModelForSequenceClassification

    module = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    module.config.pad_token_id = None
    with torch.no_grad():
        expected = module(torch.tensor([row.ids])).logits.numpy()
    np.testing.assert_allclose(classifier.logits([row]), expected, atol=1e-5)


def test_no_texts_give_no_rows(tiny_bert):
    assert tiny_bert.predict_proba([]).shape == (0, 3)
    assert tiny_bert.encode([]) == []


def test_an_empty_text_is_only_special_tokens(tiny_bert):
    assert all(token.special for token in tiny_bert.encode([""])[0].tokens)
    assert np.isfinite(tiny_bert.predict_proba(["", "🤷🏽‍♀️"])).all()


@pytest.mark.parametrize("architecture", ["gpt2", "llama", "bert"])
def test_an_empty_text_among_others_is_answered(checkpoint, architecture):
    classifier = load(str(checkpoint(architecture, "softmax")))
    together = classifier.predict_proba(["A quiet delight.", "", "x"])
    assert np.isfinite(together).all()
    np.testing.assert_allclose(together[0], classifier.predict_proba(["A quiet delight."])[0], atol=1e-5)
