"""What the processes fill after many requests: `python -m benchmarks.memory`.

100,000 requests to every kind of page, most of them to pages, some to forms, searches and addresses
that are not there. All processes run on one core. RSS is what one process fills, PSS what all of
them fill together.
"""

import time
from itertools import cycle
from pathlib import Path

from benchmarks.rounds import bars, sites
from benchmarks.rounds.processes import SERVING, memory_megabytes, on_core, tree

REQUESTS = 2_000 if bars.SHORT else 100_000
TURN = 0.5  # seconds
PATHS = [
    "/",
    "/treatments/minimally-invasive-fusion/",
    "/conditions/",
    "/refer/",
    "/treatments/compare/",
    "/search/?q=driving",
    "/glossary/",
    "/contact/",
    "/my-questions/",
    "/treatments/minimally-invasive-fusion/?option=exercise",
    "/recovery/",
    "/search/?q=fuson+recovery",
    "/sitemap.xml",
    "/nothing-here/",
]
AS_INSTALLED = {"MALLOC_ARENA_MAX": "2"}  # as deploy/clinic-web.service and the image set it
CODINGS = ["br", "gzip", ""]


def main() -> None:
    bars.say_where()
    with sites.our_site(**AS_INSTALLED) as site:
        with on_core(SERVING):
            site.start("mail")
        web, mail = (site.processes[name].pid for name in ("web", "mail"))
        targets = cycle(
            sites.target_of(site, path, path)._replace(may_fail="nothing" in path) for path in PATHS
        )
        codings, done, began = cycle(CODINGS), 0, time.monotonic()
        seen = [fills(web, mail)]
        for part in (REQUESTS // 2, REQUESTS):
            while done < part:
                load = next(targets).ask(seconds=TURN, connections=4, coding=next(codings))
                done += load.requests
            seen.append(fills(web, mail))
        print(f"{done:,} requests in {time.monotonic() - began:.0f} s")
    judge(seen)
    bars.end()


def fills(web: int, mail: int) -> tuple[float, float]:
    """The largest web process, and all processes together, in megabytes."""
    largest = max(resident(process) for process in tree(web))
    together = memory_megabytes([web, mail])
    print(f"largest web process {largest:.0f} MB, all processes {together:.0f} MB", flush=True)
    return largest, together


def resident(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def judge(seen: list[tuple[float, float]]) -> None:
    _, half, after = seen
    bars.bar("largest web process after all", [after[0]], most=120, unit=" MB")
    bars.bar("all processes after all", [after[1]], most=400, unit=" MB")
    bars.bar("all processes, after all ÷ at half", [after[1] / half[1]], most=1.03)


if __name__ == "__main__":
    main()
