"""Both sides are asked the same in turn."""

from benchmarks.runner import interleaved


def test_all_ways_are_asked_every_question_another_first_each_time() -> None:
    asked: list[str] = []
    ours, others = interleaved(
        ["a", "b", "c"], lambda text: asked.append(f"our {text}"), lambda text: asked.append(text)
    )
    assert asked[6:] == ["our a", "a", "b", "our b", "our c", "c"]
    assert [len(one.clock_ms) for one in (ours, others)] == [3, 3]
    assert [len(one.cpu_ms) for one in (ours, others)] == [3, 3]
