"""Worker processes: answers, errors, a hanging one killed, a dying one replaced, a bound for waiting."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import pytest

from gateway.photos import encode_photo
from gateway.secret_hasher import ArgonHasher, HashCost
from gateway.workers import WorkerPool
from hotel.errors import Invalid, StaleVersion, TooMany, Unavailable
from tests.waiting import wait_until


def number_of(text: str) -> int:
    return int(text)


def hang(seconds: float) -> None:
    time.sleep(seconds)


def die() -> None:
    os._exit(1)


def see_an_older_version() -> None:
    raise StaleVersion("The task", 3, 4)


def own_pid() -> int:
    return os.getpid()


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    made = WorkerPool(workers=1, waiting=1)
    yield made
    made.close()


def test_work_is_done_elsewhere_and_its_error_comes_back(pool: WorkerPool) -> None:
    assert pool.run(number_of, "412") == 412
    with pytest.raises(ValueError, match="four"):
        pool.run(number_of, "four")
    first = pool.run(own_pid)
    assert first != os.getpid()
    assert pool.run(own_pid) == first  # kept warm


def test_a_refusal_comes_back_in_its_own_words(pool: WorkerPool) -> None:
    with pytest.raises(Invalid) as photo:
        pool.run(encode_photo, b"no picture")
    assert (photo.value.code, photo.value.status) == ("not_a_photo", 422)
    with pytest.raises(StaleVersion) as stale:
        pool.run(see_an_older_version)
    assert stale.value.values == {"what": "The task", "seen": 3, "current": 4}


def test_a_worker_that_hangs_is_killed_and_replaced(pool: WorkerPool) -> None:
    before = pool.run(own_pid)
    with pytest.raises(Unavailable) as refused:
        pool.run(hang, 60, timeout_seconds=0.1)
    assert refused.value.code == "worker_too_slow"
    assert pool.killed == 1
    assert pool.run(own_pid) != before


def test_a_worker_that_dies_is_replaced_and_the_job_tried_once_more(pool: WorkerPool) -> None:
    with pytest.raises(Unavailable) as refused:
        pool.run(die)
    assert refused.value.code == "worker_died"
    assert pool.run(number_of, "7") == 7


def test_only_so_many_may_wait(pool: WorkerPool) -> None:
    pool.run(own_pid)
    threads = [threading.Thread(target=pool.run, args=(hang, 1.0)) for _ in range(2)]
    for thread in threads:
        thread.start()
    wait_until(lambda: pool._places._value == 0)
    with pytest.raises(TooMany):
        pool.run(own_pid)
    assert pool.turned_away == 1
    for thread in threads:
        thread.join()


def test_a_closed_pool_takes_no_work() -> None:
    pool = WorkerPool(workers=1)
    pool.run(own_pid)
    pool.close()
    with pytest.raises(Unavailable):
        pool.run(own_pid)


def test_secrets_are_hashed_in_a_worker(pool: WorkerPool) -> None:
    hasher = ArgonHasher(pool, HashCost(passes=1, memory_kibibytes=8, lanes=1))
    hasher.warm()
    hashed = hasher.hash("402917")
    assert hasher.verify("402917", hashed)
    assert not hasher.verify("402918", hashed)
    assert not hasher.verify("", hasher.decoy)


def test_a_decoy_costs_what_a_hash_costs() -> None:
    hasher = ArgonHasher(cost=HashCost(passes=2, memory_kibibytes=64, lanes=1))
    assert hasher.decoy.split("$")[:4] == hasher.hash("402917").split("$")[:4]
    assert [len(part) for part in hasher.decoy.split("$")] == [
        len(part) for part in hasher.hash("402917").split("$")
    ]
