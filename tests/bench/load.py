"""Measures concurrent clients: how many pages per second are served, and how long the slowest pages take."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from queue import Empty, SimpleQueue
from statistics import median, quantiles
from threading import Thread

from tests.bench.measure import Finding, milliseconds

CLIENTS = (1, 8, 32)


def pages_a_second(servers: dict[str, Callable[[int], object]], pages: int) -> Iterator[Finding]:
    """Measure each server with different numbers of clients, which together always open the same number of pages.

    `servers` maps a name to a function that opens the n-th page.
    """
    print(f"\nPages per second ({pages} pages each)")
    for clients in CLIENTS:
        rates = {}
        for name, open_page in servers.items():
            rate, times = open_concurrently(open_page, clients, pages)
            rates[name] = rate
            slow, usual = quantiles(times, n=20)[-1], median(times)
            summary = f"{rate:>7.1f} per second, {usual:.0f} ms, 1 in 20 above {slow:.0f} ms"
            print(f"  {clients:>2} clients, {name:<40} {summary}", flush=True)
        base, *others = rates.values()
        note = f"{base:.1f} without access control"
        yield Finding(f"Pages per second, clients: {clients}", others[0], unit="per second", note=note)


def open_concurrently(open_page: Callable[[int], object], clients: int, pages: int) -> tuple[float, list[float]]:
    """Open `pages` pages from `clients` threads at the same time.

    Returns the pages per second, and the milliseconds that each page took.
    """
    queue: SimpleQueue[int] = SimpleQueue()
    times: list[float] = []
    for number in range(pages):
        queue.put(number)

    def work() -> None:
        while True:
            try:
                number = queue.get_nowait()
            except Empty:
                return
            times.append(milliseconds(partial(open_page, number)))

    threads = [Thread(target=work) for _client in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    assert len(times) == pages, "a client failed: see its error above"
    return pages / seconds, times
