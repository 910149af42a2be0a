from bots.recent import Recent


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_entry_is_gone_after_the_window() -> None:
    clock = Clock()
    recent: Recent[str, int] = Recent(10, capacity=5, clock=clock)
    recent.put("a", 1)
    clock.now = 9.9
    assert recent.get("a") == 1
    clock.now = 10.0
    assert (recent.get("a"), len(recent)) == (None, 0)


def test_putting_again_starts_the_window_anew() -> None:
    clock = Clock()
    recent: Recent[str, int] = Recent(10, capacity=5, clock=clock)
    recent.put("a", 1)
    clock.now = 9.0
    recent.put("a", 2)
    clock.now = 18.0
    assert recent.get("a") == 2


def test_the_oldest_makes_room_for_the_newest() -> None:
    recent: Recent[int, str] = Recent(10, capacity=3)
    for number in range(5):
        recent.put(number, str(number))
    assert [recent.get(number) for number in range(5)] == [None, None, "2", "3", "4"]
    assert len(recent) == 3


def test_what_is_dropped_is_gone_and_dropping_nothing_is_fine() -> None:
    recent: Recent[str, int] = Recent(10, capacity=3)
    recent.put("a", 1)
    recent.drop("a")
    recent.drop("a")
    assert recent.get("a") is None
