"""Every architecture of the zoo works as plain transformers does, lacks a capability for a reason, or is refused."""

import pytest
import zoo
from matrix import COLUMNS, REFUSED, WORKS, cells

LACKS = {
    "BART": {"gradients", "attention"},
    "T5": {"gradients", "attention"},
    "Longformer": {"attention"},
    "BigBird": {"attention"},
    "Funnel": {"attention"},
    "SqueezeBERT": {"attention"},
    "YOSO": {"attention"},
    "FNet": {"attention"},
    "Perceiver": {"attention"},
    "Qwen2": {"pairs"},
    "GPT-NeoX": {"pairs"},
    "Phi": {"pairs"},
}
REFUSALS = {"CANINE": "no fast version", "Reformer": "draws at random"}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", zoo.ZOO)
def test_each_cell_is_right_absent_with_a_reason_or_refused(name, tmp_path):
    found = cells(zoo.make(tmp_path / "model", name))
    if name in REFUSALS:
        assert set(found) == set(COLUMNS)
        assert all(cell.startswith(REFUSED) and REFUSALS[name] in cell for cell in found.values())
        return
    absent = {column for column, cell in found.items() if cell.startswith("absent: ")}
    assert {column: cell for column, cell in found.items() if column not in absent and cell != WORKS} == {}
    assert absent == LACKS.get(name, set())
    assert not [cell for cell in found.values() if "Error" in cell or "Traceback" in cell]
