import json
import math

import pytest

from audit.errors import AuditError, ReportError, SpecError
from audit.records import from_dict, to_dict
from audit.report.json_file import read_json
from audit.run.bundle_files import Bundle
from audit.scored import Score
from audit.spec import load_spec
from audit.strict_json import dumps, loads


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_is_not_written_and_its_place_is_told(number):
    with pytest.raises(AuditError, match=r"scores\[1\]\.low \((nan|inf|-inf)\) is not a number"):
        dumps({"scores": [{"low": 0.5}, {"low": number}]})


def test_everything_else_is_what_the_standard_library_writes():
    data = {"b": [1, 0.25, None, True], "a": {"ü": "\u2028"}}
    assert dumps(data, sort_keys=True, ensure_ascii=False) == json.dumps(data, sort_keys=True, ensure_ascii=False)
    assert loads(dumps(data)) == data


@pytest.mark.parametrize("text", ["NaN", '{"low": Infinity}', "[1, -Infinity]"])
def test_what_only_python_reads_is_refused(text):
    with pytest.raises(ValueError, match=r"is no number in JSON; write null"):
        loads(text)


@pytest.mark.parametrize("text", ["1e309", "[-2e400]", '{"a": 1E+999}', "9" * 210 + "e99", "1" + "0" * 320 + ".5"])
@pytest.mark.parametrize("kind", [str, str.encode])
def test_a_number_that_no_float_holds_is_refused(text, kind):
    with pytest.raises(ValueError, match="too large for a number"):
        loads(kind(text))


@pytest.mark.parametrize("kind", [str, str.encode])
@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000])
def test_what_is_too_deep_is_no_json(text, kind):
    with pytest.raises(ValueError, match="too deep"):
        loads(kind(text))


@pytest.mark.parametrize("text", ["1e308", '"1e999"', "-1e-999", '{"e99": 1.5e+300}', str(2**63 - 1), str(-(2**63))])
def test_large_numbers_and_words_that_look_like_one_are_read(text):
    assert loads(text) == json.loads(text) == loads(text.encode())


@pytest.mark.parametrize("text", [str(2**63), str(-(2**63) - 1), "9" * 250, '{"n": [1, ' + "9" * 5_000 + "]}"])
def test_whole_numbers_that_no_column_holds_are_refused(text):
    for given in (text, text.encode()):
        with pytest.raises(ValueError, match="too large for a whole number"):
            loads(given)


def test_files_with_such_numbers_are_refused_in_a_sentence(tmp_path):
    path = tmp_path / "run.json"
    path.write_text('{"low": NaN}\n')
    with pytest.raises(SpecError, match=r"is not JSON .*NaN is no number"):
        load_spec(path)
    with pytest.raises(ReportError, match=r"is no JSON report .*NaN is no number"):
        read_json(path)
    (tmp_path / "rows.jsonl").write_text('{"low": NaN}\n')
    bundle = Bundle(tmp_path, ("run.json", "rows.jsonl"))
    with pytest.raises(ReportError, match=r"is not JSON .*NaN is no number"):
        bundle.json("run.json")
    with pytest.raises(ReportError, match=r"is not JSON Lines .*NaN is no number"):
        list(bundle.lines("rows.jsonl"))


def test_a_text_with_other_line_ends_stays_one_line_of_a_bundle(tmp_path):
    row = {
        "position": 0, "row_id": "r", "content_id": "r", "weight": 1, "pair": None, "label": None, "groups": {},
        "rationale": None, "line": 2,
    }  # fmt: skip
    lines = [json.dumps(row | {"text": text}, ensure_ascii=False) for text in ("a\u2028b\u0085c", "d")]
    (tmp_path / "rows.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert [line["text"] for line in Bundle(tmp_path, ()).lines("rows.jsonl")] == ["a\u2028b\u0085c", "d"]


def test_an_old_score_with_such_a_number_is_read_as_one_without():
    score = Score("accuracy", 0.5, math.nan, math.inf, 0.95, 1, "wilson", "higher_is_better", "accuracy")
    assert (score.value, score.low, score.high) == (0.5, None, None)
    old = to_dict(score) | {"low": math.nan, "high": math.nan}
    assert from_dict(Score, old) == score


def test_a_model_that_gives_no_number_gives_errors_and_no_probabilities(tiny_bert_dir):
    import torch

    from audit.predict import Predict
    from audit.records import Example
    from models.loading import load

    model = load(str(tiny_bert_dir), device="cpu")
    rows = [Example("a" * 16, "a plain text"), Example("b" * 16, "another")]
    assert all(p.error is None for p in Predict().run(model, rows, seed=0))
    with torch.no_grad():
        model.module.classifier.bias.fill_(float("nan"))
    for prediction in Predict().run(model, rows, seed=0):
        assert prediction.probs == ()
        assert "not a number" in prediction.error
        assert dumps(to_dict(prediction))
