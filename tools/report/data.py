# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""What the script of the page draws: the series of all runs as compact JSON, within a budget.

Many variants with full series would make a page that browsers are slow to open. Until they fit, all runs lose the same
things, the least important first; the page says which.
"""

import json
from typing import Any, Dict, List, NamedTuple, Optional

import model

Json = Dict[str, Any]

# Bytes of JSON; the page has some 400 KB beside them and stays below 3 MB.
BUDGET = 2_300_000

FIGURES = (
    ("loss", "Bystanders' loss", "%"), ("lost", "Bystanders' packets lost", ""),
    ("outage", "Longest outage of a bystander", "us"), ("exposure", "Largest exposure of a bystander", "us"),
    ("delay50", "Bystanders' delay, median", "us"), ("delay99", "Bystanders' delay, p99", "us"),
    ("delivered", "Bystanders' packets delivered", ""), ("config50", "Time of a reconfiguration, median", "us"),
)


class Level(NamedTuple):
    """What is kept of a run."""

    steps: int      # of each reconfiguration
    loads: int      # queues, cores and links, of each kind
    others: int     # reconfigurations without exposure
    exposed: int
    outages: int
    says: str       # what is left out; empty: nothing


LEVELS = (
    Level(64, 12, 400, 600, 1000, ""),
    Level(16, 8, 200, 600, 1000, "steps after the 16th and some reconfigurations without exposure"),
    Level(8, 4, 60, 300, 400, "steps after the 8th, the shorter exposures and outages, the less busy queues, cores and links"),
    Level(2, 2, 20, 60, 100, "most steps, the shorter exposures and outages, all but the busiest queues, cores and links"),
    Level(0, 1, 0, 10, 20, "steps, and all but the longest exposures and outages and the busiest queue, core and link"),
)


class Words:
    """Texts by number: most of them come often."""

    def __init__(self) -> None:
        self.all: List[str] = []
        self._numbers: Dict[str, int] = {}

    def number(self, text: str) -> int:
        if text not in self._numbers:
            self._numbers[text] = len(self.all)
            self.all.append(text)
        return self._numbers[text]


def _longest(spans: List[Json], most: int, length) -> List[Json]:
    kept = sorted(spans, key=length, reverse=True)[:most]
    return sorted(kept, key=lambda s: int(s.get("begin_ns", 0)))


def _longest_of_each_part(spans: List[Json], most: int, length) -> List[Json]:
    """Of as many parts of the list, each as long as the others, the longest one: what is kept is spread over the run."""
    if len(spans) <= most:
        return spans
    return [max(spans[i * len(spans) // most:(i + 1) * len(spans) // most], key=length) for i in range(most)]


def _exposure(change: Json) -> int:
    return max((int(e.get("to_nobody_ns", 0)) + int(e.get("to_wrong_peer_ns", 0)) for e in change.get("exposures", [])),
               default=0)


def _changes(series: Json, level: Level, names: Words) -> List[list]:
    changes = series.get("changes", [])
    exposed = _longest_of_each_part([c for c in changes if c.get("exposures")], level.exposed, _exposure)
    others = [c for c in changes if not c.get("exposures")]
    stride = max(1, -(-len(others) // level.others)) if level.others else len(others) + 1
    kept = exposed + (others[::stride] if level.others else [])
    out = []
    for c in sorted(kept, key=lambda s: int(s.get("begin_ns", 0))):
        begin = int(c.get("begin_ns", 0))
        steps = [[int(s["at_ns"]) - begin, names.number(s.get("what", ""))] for s in c.get("steps", [])[:level.steps]]
        exposures = [[int(e["begin_ns"]) - begin, int(e["end_ns"]) - begin, names.number(e.get("address", "")),
                      1 if e.get("role") == "touched" else 0, int(e.get("to_nobody_ns", 0)), int(e.get("to_wrong_peer_ns", 0))]
                     for e in c.get("exposures", [])]
        out.append([begin, int(c.get("end_ns", begin)), names.number(c.get("device", "")), names.number(c.get("what", "")),
                    steps, exposures, len(c.get("steps", [])) + int(c.get("steps_left_out", 0))])
    return out


def _outages(series: Json, level: Level, names: Words) -> List[list]:
    kept = _longest(series.get("outages", []), level.outages,
                    lambda o: int(o.get("end_ns", 0)) - int(o.get("begin_ns", 0)))
    return [[int(o["begin_ns"]), int(o["end_ns"]), names.number(o.get("flow", "")), 1 if o.get("role") == "touched" else 0,
             int(o.get("packets", 0))] for o in kept]


def _faults(series: Json, level: Level, names: Words) -> List[list]:
    kept = _longest(series.get("faults", []), level.outages,
                    lambda f: int(f.get("end_ns", 0)) - int(f.get("begin_ns", 0)))
    return [[int(f.get("begin_ns", 0)), int(f.get("end_ns", 0)), names.number(f.get("name", "")), names.number(f.get("what", ""))]
            for f in kept]


def _group(group: Optional[Json]) -> Optional[Json]:
    if not group or not any(group.get("offered", [])):
        return None
    return {"offered": group["offered"], "refused": group["refused"], "misdirected": group["misdirected"],
            "dropped": group["dropped"], "p50": group["delay_p50_ns"], "p99": group["delay_p99_ns"],
            "max": group["delay_max_ns"]}


def _series(series: Json, level: Level, names: Words) -> Json:
    return {
        "bucket": int(series.get("bucket_ns", 1)), "end": int(series.get("end_ns", 1)),
        "groups": [_group(series.get("bystanders")), _group(series.get("touched"))],
        "queues": [[q["name"], q["depth"]] for q in series.get("queues", [])[:level.loads]],
        "cores": [[f"{c['host']} core {c['core']}", c["hardirq_ns"], c["softirq_ns"], c["threads_ns"]]
                  for c in series.get("cores", [])[:level.loads]],
        "links": [[k["name"], int(k.get("bits_per_second", 0)), k["bytes"]] for k in series.get("links", [])[:level.loads]],
        "begun": series.get("changes_begun", []), "exposedIn": series.get("changes_exposed", []),
        "changes": _changes(series, level, names), "outages": _outages(series, level, names),
        "faults": _faults(series, level, names),
        "leftOut": [int(series.get("changes_left_out", 0)), int(series.get("outages_left_out", 0))],
    }


def figures_of(variant: Json) -> Json:
    """What a chart over a swept field shows."""
    group = variant.get("bystanders") or {}
    delay = group.get("delay_us") or {}
    return {"loss": 100 * float(group.get("loss_ratio", 0)), "lost": model.lost(group),
            "outage": group.get("longest_outage_us", 0), "exposure": (group.get("exposure_us") or {}).get("max", 0),
            "delay50": delay.get("p50", 0), "delay99": delay.get("p99", 0), "delivered": int(group.get("delivered", 0)),
            "config50": (variant.get("config_latency_us") or {}).get("p50", 0)}


def _at_level(runs: List[model.Run], axes: List[Json], level: Level) -> Json:
    names = Words()
    out = []
    for run in runs:
        series = run.data.get("series") or []
        out.append({"label": run.label, "figures": figures_of(run.data),
                    "series": _series(series[0], level, names) if series else None})
    return {"runs": out, "words": names.all, "reduced": level.says, "sweep": model.sweep(runs, axes), "figures": FIGURES}


def text_of(data: Json) -> str:
    """As JSON that may stand in a page's script element."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=True)
    return text.replace("<", "\\u003c")


def page_data(runs: List[model.Run], axes: List[Json], budget: int = BUDGET) -> str:
    text = ""
    for level in LEVELS:
        text = text_of(_at_level(runs, axes, level))
        if len(text) <= budget:
            return text
    bare = [model.Run(run.label, run.result, dict(run.data, series=[])) for run in runs]
    level = LEVELS[-1]._replace(says="all that goes over time: these are too many variants for one page")
    return text_of(_at_level(bare, axes, level))
