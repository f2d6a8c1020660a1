"""What the processes of a run share, tried with real processes."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm import run_cache as module
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.run_cache import RunCache, hashed


def in_child(work: Callable[[], Any]) -> int:
    """Run in a forked process, as ansible's workers are; its id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


def ended(child: int) -> bool:
    return os.waitpid(child, 0)[1] == 0


def wait_for(condition: Callable[[], Any]) -> Any:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.005)
    raise AssertionError("it did not come")


def test_values_are_kept_by_key_and_the_last_one_counts() -> None:
    memory = RunCache()
    assert memory.get("a") is None
    memory.put("a", {"x": [1, None, "ü"]})
    memory.put("b", 1)
    memory.put("a", 2)
    assert (memory.get("a"), memory.get("b")) == (2, 1)


def test_a_value_is_a_copy() -> None:
    memory = RunCache()
    value = {"x": [1]}
    memory.put("a", value)
    memory.get("a")["x"].append(2)
    value["x"].append(3)
    assert memory.get("a") == {"x": [1]}


def test_values_grow_old(clock: Any) -> None:
    memory = RunCache(clock.monotonic)
    memory.put("a", 1)
    clock.time += 61
    assert memory.get("a", max_age=60) is None
    assert memory.get("a") == 1


def test_dropping_takes_all_that_begin_alike_and_what_comes_after_stays() -> None:
    memory = RunCache()
    for key in ("list:a|", "list:a/b|", "list:ab|", "other"):
        memory.put(key, 1)
    memory.drop("list:a/")
    memory.drop("list:a|")
    memory.put("list:a|", 2)
    assert [memory.get(key) for key in ("list:a|", "list:a/b|", "list:ab|", "other")] == [2, None, 1, 1]


def test_forgetting_takes_one_key_in_every_process() -> None:
    memory = RunCache()
    for key in ("a", "ab"):
        memory.put(key, 1)
    assert ended(in_child(lambda: memory.forget("a")))
    assert [memory.get(key) for key in ("a", "ab")] == [None, 1]
    memory.forget("never there")
    memory.put("a", 2)
    assert memory.get("a") == 2


def test_a_child_reads_only_what_came_after_its_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = RunCache()
    assert ended(in_child(lambda: [memory.put(f"key {number}", "x" * 3000) for number in range(50)]))
    memory.catch_up()
    read = []
    pread = os.pread
    monkeypatch.setattr(module.os, "pread", lambda fd, size, at: read.append(size) or pread(fd, size, at))

    def work() -> None:
        assert memory.get("key 49")
        assert sum(read) < 4000

    assert ended(in_child(work))


def test_once_replaces_what_is_too_old_or_not_usable(clock: Any) -> None:
    memory = RunCache(clock.monotonic)
    made = iter(range(1, 9))

    def make() -> int:
        return next(made)

    assert [memory.once("a", 60, make), memory.once("a", 60, make)] == [1, 1]
    clock.time += 61
    assert memory.once("a", 60, make) == 2
    assert memory.once("a", 60, make, usable=lambda value: value > 2) == 3


def test_what_fails_is_not_kept() -> None:
    memory = RunCache()
    with pytest.raises(ZeroDivisionError):
        memory.once("a", 60, lambda: 1 // 0)
    assert memory.once("a", 60, lambda: 7) == 7


def test_processes_see_each_others_values_in_both_directions() -> None:
    memory = RunCache()
    memory.put("before", 1)

    def work() -> None:
        assert memory.get("before") == 1
        memory.put("from child", {"pid": os.getpid()})

    child = in_child(work)
    assert ended(child)
    assert memory.get("from child") == {"pid": child}

    def second() -> None:
        assert memory.get("from child") == {"pid": child}

    assert ended(in_child(second))


def test_many_processes_append_at_once_and_nothing_is_lost() -> None:
    memory = RunCache()

    def write(number: int) -> None:
        for count in range(50):
            memory.put(f"{number}-{count}", "x" * (number * 97 + count))

    children = [in_child(lambda number=number: write(number)) for number in range(8)]
    assert all(ended(child) for child in children)
    for number in range(8):
        for count in range(50):
            assert memory.get(f"{number}-{count}") == "x" * (number * 97 + count)


def test_one_process_makes_while_the_others_wait_for_it() -> None:
    memory = RunCache()

    def make() -> int:
        memory.put(f"made by {os.getpid()}", True)
        time.sleep(0.05)
        return os.getpid()

    children = [in_child(lambda: memory.once("token", 60, make)) for _unused in range(8)]
    assert all(ended(child) for child in children)
    assert [child for child in children if memory.get(f"made by {child}")] == [memory.get("token")]


def test_different_things_are_made_at_the_same_time() -> None:
    memory = RunCache()

    def make(other: str) -> int:
        memory.put(f"wants {other}", True)
        wait_for(lambda: memory.get("wants a") and memory.get("wants b"))
        return 1

    children = [in_child(lambda own=own: memory.once(own, 60, lambda: make(own))) for own in ("a", "b")]
    assert all(ended(child) for child in children)


def test_the_lock_of_a_killed_process_is_free_and_what_it_left_is_no_record() -> None:
    memory = RunCache()
    memory.put("good", 1)

    def hang() -> int:
        # Half of a record beyond the end, as when a process is killed while it writes.
        os.pwrite(memory._fd, b"\x01garbage", memory._end())
        memory.put("holds", True)
        os.pwrite(memory._fd, b"\x01garbage", memory._end())
        time.sleep(60)
        return 0

    child = in_child(lambda: memory.once("token", 60, hang))
    wait_for(lambda: memory.get("holds"))
    os.kill(child, signal.SIGKILL)
    assert not ended(child)
    assert memory.once("token", 60, lambda: "mine") == "mine"
    assert memory.get("good") == 1


def test_no_other_process_can_find_or_inherit_it() -> None:
    memory = RunCache()
    assert not os.get_inheritable(memory._fd)
    assert os.fstat(memory._fd).st_nlink == 0


def test_without_memfd_an_unnamed_file_does_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(module.os, "memfd_create")
    memory = RunCache()
    assert ended(in_child(lambda: memory.put("a", 1)))
    assert memory.get("a") == 1
    test = RunCache()
    assert os.fstat(test._fd).st_nlink == 0
    assert not os.get_inheritable(test._fd)


def test_two_memories_are_apart() -> None:
    one, other = RunCache(), RunCache()
    one.put("a", 1)
    assert other.get("a") is None


def test_a_hashed_key_does_not_show_what_it_stands_for() -> None:
    assert "secret" not in hashed("secret")
    assert hashed("secret", "a") == hashed("secret", "a") != hashed("secret", "b")
