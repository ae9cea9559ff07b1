# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""What the page shows, out of results as JSON (scenarios/result.proto): plain values, ready for the template.

Fields that a result lacks count as empty: results of other versions are shown as far as they go.
"""

import os
import re
from typing import Any, Dict, List, NamedTuple, Optional

import words

Json = Dict[str, Any]

# Flows, places and records that a table shows.
MOST_ROWS = 20


class Result(NamedTuple):
    """One result and what the page calls it; the name is empty if there is only one."""

    name: str
    data: Json


class Run(NamedTuple):
    """One variant of one result: what has a column and a colour."""

    label: str
    result: int
    data: Json


class Row(NamedTuple):
    """A line of the table of comparison."""

    name: str
    cells: List[str]
    # Whether a cell is something lost: it is emphasised then.
    bad: List[bool]
    help: str = ""


class Part(NamedTuple):
    title: str
    rows: List[Row]


def name_results(files: List[str], data: List[Json]) -> List[Result]:
    """Calls each by what tells them apart: scenario, seed, file."""
    if len(data) == 1:
        return [Result("", data[0])]
    names = (words.shared_label([d.get("scenario", "") for d in data])
             or words.shared_label([f"seed {d.get('seed', 0)}" for d in data])
             or words.shared_label([os.path.splitext(os.path.basename(f))[0] for f in files])
             or words.shared_label(files)
             or [f"{i + 1}" for i in range(len(data))])
    return [Result(n, d) for n, d in zip(names, data)]


def runs_of(results: List[Result]) -> List[Run]:
    """All variants of all results, in order."""
    runs = []
    for number, result in enumerate(results):
        for variant in result.data.get("variants", []):
            name = variant.get("name") or "run"
            runs.append(Run(f"{result.name}: {name}" if result.name else name, number, variant))
    return runs


def lost(group: Json) -> int:
    """Packets that never arrived."""
    return sum(int(group.get(kind, 0)) for kind in ("refused", "misdirected", "dropped"))


def failed_expectations(data: Json) -> List[Json]:
    return [e for e in data.get("expectations", []) if not e.get("held")]


def checks(data: Json) -> List[Json]:
    """What scripts looked at, of all variants, each with its variant's name."""
    return [{**check, "variant": v.get("name", "")} for v in data.get("variants", []) for check in v.get("checks", [])]


def failed_checks(data: Json) -> List[Json]:
    return [check for check in checks(data) if not check.get("held")]


def was_compared(data: Json) -> bool:
    return bool((data.get("baseline") or {}).get("file"))


def held(data: Json) -> bool:
    """Whether nothing failed: expectations, checks, baseline, --strict."""
    return not (failed_expectations(data) or failed_checks(data) or data.get("strict_findings")
                or (was_compared(data) and not data["baseline"].get("held")))


def says_anything(data: Json) -> bool:
    return bool(data.get("expectations") or checks(data) or was_compared(data) or data.get("strict"))


def _loss_sentence(variants: List[Json], key: str, whom: str) -> str:
    hit = [v for v in variants if lost(v.get(key) or {})]
    flows = any(int((v.get(key) or {}).get("flows", 0)) for v in variants)
    if not flows:
        return ""
    if not hit:
        return f"No packet to {whom} was lost" + (" in any variant." if len(variants) > 1 else ".")
    hit.sort(key=lambda v: -lost(v[key]))
    parts = []
    for v in hit[:3]:
        group = v[key]
        share = lost(group) / max(1, int(group.get("offered", 0)))
        parts.append(f"{v.get('name')} lost {words.count(lost(group))} of {words.plural(int(group.get('offered', 0)), 'packet')}"
                     f" ({words.percent(share)}; longest outage {words.microseconds(group.get('longest_outage_us', 0))})")
    rest = len(hit) - len(parts)
    if rest:
        parts.append(f"{words.plural(rest, 'further variant')} lost fewer")
    none = [v.get("name", "") for v in variants if not lost(v.get(key) or {})]
    text = f"To {whom}, {'; '.join(parts)}"
    if none:
        text += f"; {words.listing(none[:6]) if len(none) <= 6 else words.plural(len(none), 'variant')} lost none"
    return text + "."


def verdict_text(data: Json) -> List[str]:
    """Sentences: what was compared, what it lost, what failed."""
    variants = data.get("variants", [])
    names = [v.get("name", "") for v in variants]
    compared = (f"{words.listing(names)}" if len(names) <= 6 else f"{len(names)} variants")
    same = "under the same traffic" if len(names) > 1 else "ran"
    sentences = [f"{compared} {same} for {words.seconds(data.get('virtual_seconds', 0))} of virtual time."]
    for key, whom in (("bystanders", "addresses that nobody meant to touch"),
                      ("touched", "addresses that the changes were about (they lose packets while they are away)")):
        sentence = _loss_sentence(variants, key, whom)
        if sentence:
            sentences.append(sentence)
    failed, all_of_them = failed_expectations(data), data.get("expectations", [])
    if all_of_them:
        sentences.append(f"{len(all_of_them) - len(failed)} of {words.plural(len(all_of_them), 'expectation')} held.")
    if looked := checks(data):
        sentences.append(f"{len(looked) - len(failed_checks(data))} of {words.plural(len(looked), 'check')} held.")
    if was_compared(data):
        baseline = data["baseline"]
        findings = baseline.get("findings", [])
        sentences.append("Against the baseline " + ("nothing changed." if not findings else
                         f"{words.plural(sum(1 for f in findings if f.get('fails')), 'finding')} that count, "
                         f"{len(findings)} in all."))
    for finding in data.get("strict_findings", []):
        sentences.append(f"Strictly: {finding}.")
    return sentences


def _row(runs: List[Run], name: str, value, bad=None, help_text: str = "") -> Row:
    cells = [value(run.data) for run in runs]
    return Row(name, cells, [bool(bad and bad(run.data)) for run in runs], help_text)


def _distribution(group_of, key: str, what: str):
    def text(data: Json) -> str:
        values = (group_of(data) or {}).get(key) or {}
        return words.microseconds(values.get(what, 0)) if int(values.get("count", 0)) else "–"
    return text


def _group_part(runs: List[Run], key: str, title: str) -> Optional[Part]:
    def group(data: Json) -> Json:
        return data.get(key) or {}

    def number(field: str):
        return lambda d: words.count(group(d).get(field, 0))

    def some(field: str) -> bool:
        return any(group(run.data).get(field, 0) for run in runs)

    if not some("flows"):
        return None
    rows = [_row(runs, "Flows", number("flows")),
            _row(runs, "Packets offered", number("offered")),
            _row(runs, "Delivered", number("delivered"))]
    for field, name, help_text in (
            ("refused", "Refused", "The send call failed."),
            ("misdirected", "Misdirected", "Sealed to a peer that is not the owner of the address."),
            ("dropped", "Dropped", "Died on the way."),
            ("late", "Late", "Delivered after the flow's deadline."),
            ("timeouts", "Timeouts", "Requests without an answer in time."),
            ("retransmissions", "Sent again", "Packets of transactions and bulk flows that were sent again.")):
        if field in ("refused", "misdirected", "dropped") or some(field):
            rows.append(_row(runs, name, number(field), lambda d, f=field: group(d).get(f, 0), help_text))
    rows += [
        _row(runs, "Loss", lambda d: words.percent(group(d).get("loss_ratio", 0)), lambda d: group(d).get("loss_ratio", 0)),
        _row(runs, "Outages", number("outages"), lambda d: group(d).get("outages", 0),
             "Maximal runs of consecutive packets of one flow that did not arrive."),
        _row(runs, "Longest outage", lambda d: words.microseconds(group(d).get("longest_outage_us", 0)),
             lambda d: group(d).get("longest_outage_us", 0)),
    ]
    if some("longest_stall_us"):
        rows.append(_row(runs, "Longest stall", lambda d: words.microseconds(group(d).get("longest_stall_us", 0)), None,
                         "The longest transaction, or the longest time for which a bulk flow made no progress."))
    for field, name, help_text in (
            ("exposure_us", "Exposure", "How long a reconfiguration left an address without its owner."),
            ("delay_us", "Delay", "From the send call to the receiving application."),
            ("round_trip_us", "Round trip", "From the send call to the answer.")):
        if not any(int((group(r.data).get(field) or {}).get("count", 0)) for r in runs):
            continue
        for what, label in (("p50", "median"), ("p99", "p99"), ("max", "largest")):
            if field == "exposure_us" and what == "p50":
                continue
            rows.append(_row(runs, f"{name}, {label}", _distribution(group, field, what),
                             (lambda d, f=field, w=what: (group(d).get(f) or {}).get(w, 0)) if field == "exposure_us" else None,
                             help_text))
    return Part(title, rows)


def comparison(runs: List[Run]) -> List[Part]:
    """The table of comparison, part by part."""
    parts = [_group_part(runs, "bystanders", "Bystanders: addresses that nobody meant to touch"),
             _group_part(runs, "touched", "Touched: addresses that the changes are about")]
    rows = [_row(runs, "Reconfigurations", lambda d: words.count(d.get("reconfigurations", 0)))]
    if any(r.data.get("reconfigurations", 0) for r in runs):
        rows += [
            _row(runs, "Steps that readers see", lambda d: words.count(d.get("steps", 0))),
            _row(runs, "Requests", lambda d: words.count(d.get("messages", 0))),
            _row(runs, "Requests that failed", lambda d: words.count(d.get("failed_messages", 0)),
                 lambda d: d.get("failed_messages", 0)),
            _row(runs, "Unfinished", lambda d: words.count(d.get("unfinished", 0)), lambda d: d.get("unfinished", 0)),
            _row(runs, "Time of a reconfiguration, median", _distribution(lambda d: d, "config_latency_us", "p50")),
            _row(runs, "Time of a reconfiguration, p99", _distribution(lambda d: d, "config_latency_us", "p99")),
        ]
    for field, name in (("peers_removed", "Peers removed"), ("sessions_lost", "Sessions lost with them")):
        if any(r.data.get(field, 0) for r in runs):
            rows.append(_row(runs, name, lambda d, f=field: words.count(d.get(f, 0))))
    parts.append(Part("Configuration", rows))
    parts.append(Part("The run", [
        _row(runs, "Handshakes", lambda d: words.count(d.get("handshakes", 0))),
        _row(runs, "Events", lambda d: words.count(d.get("events", 0))),
        _row(runs, "Trace hash", lambda d: d.get("trace_hash", "")),
    ]))
    return [p for p in parts if p is not None]


def causes(runs: List[Run]) -> List[Row]:
    """Where and why packets ended, most first."""
    found: Dict[str, List[int]] = {}
    for i, run in enumerate(runs):
        for key in ("bystanders", "touched"):
            group = run.data.get(key) or {}
            names = [(f"refused: {e.get('name')}", e) for e in group.get("errnos", [])]
            names += [(f"{d.get('place')}: {d.get('reason')}", d) for d in group.get("drops", [])]
            if int(group.get("misdirected", 0)):
                names.append(("sealed to the wrong peer", {"count": group["misdirected"]}))
            for name, entry in names:
                found.setdefault(name, [0] * len(runs))[i] += int(entry.get("count", 0))
    ordered = sorted(found.items(), key=lambda item: (-max(item[1]), item[0]))
    return [Row(name, [words.count(c) for c in counts], [c > 0 for c in counts]) for name, counts in ordered[:MOST_ROWS]]


def worst_flows(runs: List[Run]) -> List[List[str]]:
    """Run, flow and what it lost: bystanders first, worst first."""
    flows = [(lost(f), run.label, f) for run in runs for f in run.data.get("flows", []) if lost(f)]
    flows.sort(key=lambda item: (item[2].get("role") != "bystander", -item[0], item[1], item[2].get("name", "")))
    return [[label, f.get("name", ""), f.get("role", ""), words.count(f.get("offered", 0)), words.count(number),
             words.microseconds(f.get("longest_outage_us", 0))] for number, label, f in flows[:MOST_ROWS]]


def replay_of(data: Json) -> str:
    return data.get("replay") or f"wgsim run {data.get('file', '')} --seed={data.get('seed', 0)}"


_SWEPT = re.compile(r"^(?:(?P<base>.*?)/)?(?P<fields>[^/=]+=[^/]*(?:/[^/=]+=[^/]*)*)$")


def sweep(runs: List[Run], axes: Optional[List[Json]] = None) -> Optional[Json]:
    """Variants named "replace/cores=4": the swept fields, and of each run its base and values; None if nothing was swept."""
    points = []
    for number, run in enumerate(runs):
        match = _SWEPT.match(run.data.get("name", ""))
        if match is None:
            continue
        fields = dict(part.split("=", 1) for part in re.split(r"[/,]", match["fields"]) if "=" in part)
        points.append({"run": number, "base": match["base"] or "run", "fields": fields})
    names = sorted({name for point in points for name in point["fields"]})
    if not names or len(points) < 2:
        return None
    order = {axis.get("name", ""): axis.get("values", []) for axis in axes or []}
    return {"fields": names, "points": points, "order": order}
