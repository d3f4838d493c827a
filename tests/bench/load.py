"""Many at once: how many pages a second leave the server, and how long the slow ones take."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from queue import Empty, SimpleQueue
from statistics import median, quantiles
from threading import Thread

from tests.bench.measure import Finding, milliseconds

CLIENTS = (1, 8, 32)


def pages_a_second(servers: dict[str, Callable[[int], object]], pages: int) -> Iterator[Finding]:
    """`servers`: a way to open the n-th page. Each number of clients opens as many pages in all, then leaves."""
    print(f"\nPages a second ({pages} pages each)")
    for clients in CLIENTS:
        rates = {}
        for name, open_page in servers.items():
            rate, times = together(open_page, clients, pages)
            rates[name] = rate
            slow, usual = quantiles(times, n=20)[-1], median(times)
            said = f"{rate:>7.1f} a second, {usual:.0f} ms, 1 in 20 above {slow:.0f} ms"
            print(f"  {clients:>2} clients, {name:<40} {said}", flush=True)
        base, *others = rates.values()
        note = f"{base:.1f} with no locks"
        yield Finding(f"Pages a second, clients: {clients}", others[0], unit="a second", note=note)


def together(open_page: Callable[[int], object], clients: int, pages: int) -> tuple[float, list[float]]:
    waiting: SimpleQueue[int] = SimpleQueue()
    times: list[float] = []
    for number in range(pages):
        waiting.put(number)

    def visit() -> None:
        while True:
            try:
                number = waiting.get_nowait()
            except Empty:
                return
            times.append(milliseconds(partial(open_page, number)))

    threads = [Thread(target=visit) for _client in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    assert len(times) == pages, "a client gave up: its own words are above"
    return pages / seconds, times
