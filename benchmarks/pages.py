"""What a page costs, side by side with what else could answer: `python -m benchmarks.pages`.

All servers run on one core and are asked in turns from the other one; each round gives one ratio.
Processor time is that of all processes that work for the answer, for each request.
"""

import statistics
import sys
from contextlib import ExitStack

from benchmarks.rounds import bars, publishing, sites
from benchmarks.rounds.load import Load
from benchmarks.rounds.sites import Target

PATH = "/treatments/minimally-invasive-fusion/"
CODING = "br"  # as every browser of today asks
ROUNDS, SECONDS = (2, 0.5) if bars.SHORT else (7, 2.0)
CONNECTIONS = 4
PUBLISHED = 3 if bars.SHORT else 9  # times

Rounds = dict[str, list[Load]]


def main() -> None:
    bars.say_where()
    with ExitStack() as stack:
        with_cache = stack.enter_context(sites.our_site())
        without = stack.enter_context(sites.our_site(PAGE_CACHE_BYTES="0"))
        targets = [
            stack.enter_context(sites.bare(with_cache, PATH, CODING)),
            sites.target_of(with_cache, "cached", PATH),
            sites.target_of(without, "uncached", PATH),
            stack.enter_context(sites.ordinary(without, PATH)),
        ]
        if sites.has_nginx():
            targets += stack.enter_context(sites.nginx_before(with_cache, PATH, CODING))
        rounds = asked_in_turns(targets)
        report(rounds)
        judge(rounds)
        alone = [targets[2].ask(seconds=SECONDS, connections=1, coding=CODING) for _ in range(3)]
        bars.bar("uncached, one reader, p95", [load.p95 for load in alone], most=25, unit=" ms")
        first_after_a_publish(with_cache, targets[3])
    bars.end()


def asked_in_turns(targets: list[Target]) -> Rounds:
    """Each target warmed, then all of them once in each round."""
    rounds: Rounds = {target.name: [] for target in targets}
    for target in targets:
        target.ask(seconds=0.3, connections=CONNECTIONS, coding=coding_of(target))
    for _ in range(ROUNDS):
        for target in targets:
            coding = coding_of(target)
            load = target.ask(seconds=SECONDS, connections=CONNECTIONS, coding=coding)
            rounds[target.name].append(load)
    return rounds


def coding_of(target: Target) -> str:
    """The ordinary page is not compressed, as Django does it."""
    return "" if target.name == "ordinary" else CODING


def report(rounds: Rounds) -> None:
    print(f"{PATH}, {ROUNDS} rounds of {SECONDS:g} s, {CONNECTIONS} connections, median of rounds:")
    for name, loads in rounds.items():
        rate, worked, p50, p95 = (
            statistics.median(getattr(load, fact) for load in loads)
            for fact in ("rate", "processor", "p50", "p95")
        )
        print(
            f"  {name:14} {rate:9.1f} /s   processor {worked:8.3f} ms"
            f"   p50 {p50:8.2f} ms   p95 {p95:8.2f} ms"
        )


def judge(rounds: Rounds) -> None:
    """The goals, in ratios: smallest, median and largest of the rounds."""
    rate = {name: [load.rate for load in loads] for name, loads in rounds.items()}
    work = {name: [load.processor for load in loads] for name, loads in rounds.items()}
    print("ratios: smallest / median / largest")
    bars.bar("cached ÷ bare WSGI, requests", bars.ratios(rate["cached"], rate["bare"]), least=0.85)
    bars.bar("cached ÷ bare WSGI, processor", bars.ratios(work["cached"], work["bare"]), most=1.2)
    name = "ordinary ÷ uncached, processor"
    bars.bar(name, bars.ratios(work["ordinary"], work["uncached"]), least=5)
    name = "ordinary ÷ cached, processor"
    bars.bar(name, bars.ratios(work["ordinary"], work["cached"]))
    if "nginx" in work:
        name = "nginx static ÷ behind nginx, processor"
        bars.bar(name, bars.ratios(work["nginx static"], work["nginx"]), least=0.8)
    else:
        print("nginx: not measured, it is not installed (apt install nginx-light)")


def first_after_a_publish(site: sites.RunningSite, ordinary: Target) -> None:
    """Processor time of the one request that makes a page anew, against the ordinary page."""
    ratios = []
    with publishing.publisher(site) as publish:
        target = sites.target_of(site, "first", PATH)
        for _ in range(PUBLISHED):
            publish(PATH)
            first = target.ask(seconds=0, connections=1, coding=CODING)
            usual = ordinary.ask(seconds=0.3, connections=1)
            ratios.append(first.processor / usual.processor)
    bars.bar("first request after a publish ÷ ordinary, processor", ratios, most=1.5)


if __name__ == "__main__":
    sys.exit(main())
