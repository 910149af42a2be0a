"""The floor is what it says it is, and both sides are asked the same in turn."""

import json
from pathlib import Path

import pytest

from benchmarks.profile.floor import Machine, ModelShape
from benchmarks.runner import interleaved

MINI_LM = ModelShape(layers=6, hidden=384, inner=1536)


def test_a_model_s_shape_is_read_from_its_folder(tmp_path: Path) -> None:
    config = {"num_hidden_layers": 6, "hidden_size": 384, "intermediate_size": 1536}
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert ModelShape.of(tmp_path) == MINI_LM


def test_every_token_meets_every_weight_twice_and_every_other_token() -> None:
    assert MINI_LM.flops(1) == 6 * (2 * 1_769_472 + 4 * 384)
    assert MINI_LM.flops(10) == 6 * (20 * 1_769_472 + 400 * 384)
    assert MINI_LM.weight_bytes == 6 * 1_769_472 * 4


def test_a_floor_is_of_arithmetic_and_of_reading() -> None:
    machine = Machine(flops_per_s=1e11, read_bytes_per_s=1e10)
    arithmetic, reading = machine.floor_ms(MINI_LM, 10)
    assert arithmetic == pytest.approx(2.1326, abs=1e-3)
    assert reading == pytest.approx(4.2467, abs=1e-3)


def test_all_ways_are_asked_every_question_another_first_each_time() -> None:
    asked: list[str] = []
    ours, others = interleaved(
        ["a", "b", "c"], lambda text: asked.append(f"our {text}"), lambda text: asked.append(text)
    )
    assert asked[6:] == ["our a", "a", "b", "our b", "our c", "c"]
    assert [len(one.clock_ms) for one in (ours, others)] == [3, 3]
    assert [len(one.cpu_ms) for one in (ours, others)] == [3, 3]
