"""Hidden states at one place of each row are the module's own."""

import numpy as np
import torch

from models import load
from models.classifier import TokenRow


def test_states_are_those_of_the_module_whatever_else_is_in_the_batch():
    model = load("sentiment")
    rows, _ = model.encode_rows(["A dull film.", "Warm, clever and a good deal longer than the other one.", "Fine."])
    found = model.states(rows, [2, 4, 1], (0.0, 1 / 3, 1.0))
    assert found.shape == (3, 3, model.embedding_matrix.shape[1])
    for k, (row, place) in enumerate(zip(rows, (2, 4, 1), strict=True)):
        assert isinstance(row, TokenRow)
        with torch.inference_mode():
            layers = model.module(**model.collate([row]), output_hidden_states=True).hidden_states
        asked = [layers[i][0, place].float().numpy() for i in (0, 2, len(layers) - 1)]
        np.testing.assert_allclose(found[k], np.stack(asked), atol=2e-4)
    assert model.states([], [], (0.0, 1.0)).shape == (0, 2, 0)
