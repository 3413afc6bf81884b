"""What a safetensors header says is believed only where it agrees with itself and with its file."""

import json
import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes
from safetensors.numpy import save

from models.errors import CheckpointError
from models.files import read_json
from models.headers import HEADER_BYTES, TENSORS, elements, read_header
from models.weights import model_shapes


def written(path, header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text) if length is None else length) + text + data)
    return path


def entry(start, end, shape=None, dtype="F32"):
    return {"dtype": dtype, "shape": [(end - start) // 4] if shape is None else shape, "data_offsets": [start, end]}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("headers") / "model.safetensors"


UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@UNHURRIED
@given(
    shapes=st.dictionaries(
        st.text(max_size=8).filter(lambda n: n != "__metadata__"), array_shapes(min_dims=0), max_size=4
    ),
    kind=st.sampled_from(["float32", "float16", "int64", "uint8", "bool"]),
)
def test_shapes_are_those_that_safetensors_wrote(place, shapes, kind):
    place.write_bytes(save({name: np.zeros(shape, dtype=kind) for name, shape in shapes.items()}, metadata={"a": "b"}))
    assert read_header(place) == shapes
    assert elements(read_header(place)) == sum(int(np.prod(shape)) for shape in shapes.values())


@UNHURRIED
@given(data=st.binary(max_size=64), length=st.integers(0, 2**64 - 1) | st.integers(0, 70))
def test_any_bytes_are_a_sentence_or_a_header(place, data, length):
    place.write_bytes(struct.pack("<Q", length) + data)
    said = ""
    try:
        read_header(place)
    except CheckpointError as error:
        said = str(error)
    assert said == "" or (str(place) in said and "\n" not in said)


BAD = {
    "overlapping": ({"a": entry(0, 8), "b": entry(4, 12)}, 12, "overlaps"),
    "gap": ({"a": entry(0, 8), "b": entry(12, 16)}, 16, "gap"),
    "late start": ({"a": entry(4, 8)}, 8, "gap"),
    "beyond the file": ({"a": entry(0, 4_000_000)}, 8, "cut off (8 of 4,000,000 bytes)"),
    "rest": ({"a": entry(0, 4)}, 8, "4 bytes after them"),
    "shape": ({"a": entry(0, 8, [3])}, 8, "does not fill"),
    "huge": ({"a": entry(0, 8, [2**63, 2**63])}, 8, "no shape"),
    "negative": ({"a": entry(0, 4, [-1, -1])}, 4, "no shape"),
    "backwards": ({"a": {"dtype": "F32", "shape": [1], "data_offsets": [8, 4]}}, 8, "does not fill"),
    "true": ({"a": entry(0, 4, [True])}, 4, "no shape"),
    "fractions": ({"a": entry(0, 4, [1.0])}, 4, "no shape"),
    "many axes": ({"a": entry(0, 4, [1] * 20)}, 4, "no shape"),
    "type": ({"a": entry(0, 4, dtype="F128")}, 4, "'F128'"),
    "type of another kind": ({"a": entry(0, 4, dtype=["F32"])}, 4, "not known"),
    "list": ({"a": [1, 2]}, 4, "says nothing"),
    "offsets": ({"a": {"dtype": "F32", "shape": [1]}}, 4, "no place"),
    "array": (b"[1, 2, 3]", 0, "object was expected"),
    "deep": (b"[" * 200_000, 0, "nested too deeply"),
    "twice": (b'{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}, "a": 1}', 4, "'a' is given twice"),
    "NaN": (b'{"a": NaN}', 0, "NaN"),
    "not UTF-8": (b'{"\xff": 1}', 0, "UTF-8"),
}


@pytest.mark.parametrize("name", BAD)
def test_headers_that_contradict_themselves_are_refused_in_a_sentence(tmp_path, name):
    header, size, word = BAD[name]
    path = written(tmp_path / "model.safetensors", header, bytes(size))
    with pytest.raises(CheckpointError) as caught:
        read_header(path)
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_header_longer_than_any_model_needs_is_not_read(tmp_path):
    path = written(tmp_path / "model.safetensors", b"{}", length=HEADER_BYTES + 1)
    with path.open("r+b") as file:
        file.truncate(1 << 40)  # a file of holes
    with pytest.raises(CheckpointError, match="its header is longer than"):
        read_header(path)


def test_more_tensors_than_any_model_has_are_refused(tmp_path):
    many = {f"{i}": {"dtype": "U8", "shape": [1], "data_offsets": [i, i + 1]} for i in range(TENSORS + 1)}
    with pytest.raises(CheckpointError, match="65,537 tensors"):
        read_header(written(tmp_path / "model.safetensors", many, bytes(TENSORS + 1)))


def test_two_files_may_not_hold_one_tensor_and_an_index_names_files_of_its_folder(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.safetensors").write_bytes(save({"w": np.zeros(3, dtype="float32")}))
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"w": "a.safetensors", "v": "b.safetensors"}}))
    with pytest.raises(CheckpointError, match="two files hold the tensor 'w'"):
        model_shapes(tmp_path)
    for name in ("../a.safetensors", "/etc/passwd", "a.bin", "", "sub\\a.safetensors"):
        index.write_text(json.dumps({"weight_map": {"w": name}}))
        with pytest.raises(CheckpointError, match="files of the folder itself"):
            model_shapes(tmp_path)
    for odd in ({}, [], "a.safetensors", None):
        index.write_text(json.dumps({"weight_map": odd}))
        with pytest.raises(CheckpointError, match="names no files"):
            model_shapes(tmp_path)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b'\xef\xbb\xbf{"a": 1}', "BOM"),
        (b'{"a": 1, "a": 2}', "'a' is given twice"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": "\xe9"}', "UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not valid JSON"),
        (b"[]", "object was expected"),
        (b"", "not valid JSON"),
        (b" " * (1 << 24) + b"{}", "holds more than 16,777,216 bytes"),
    ],
)
def test_configurations_are_strict_json(tmp_path, data, word):
    path = tmp_path / "config.json"
    path.write_bytes(data)
    with pytest.raises(CheckpointError) as caught:
        read_json(path)
    assert word in str(caught.value)
    assert str(path) in str(caught.value)
