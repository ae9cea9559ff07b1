# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""What a replaced list looks like from outside while it is replaced, step by step, on an unmodified kernel: the jobs for
the guest, and the facts out of its answers (facts.proto).

Two ways, both by asking who has an address. Between messages: the list is sent in messages of one entry, or of as many
as wg(8) sends, and every position of interest is asked for after each. Within one message: a strobe (guest/steps.c)."""

import re

KEY = "01" * 32
PEER = "55" * 32
LENGTHS = (1, 2, 4, 16, 64, 110, 256, 1024, 2000)
STROBED = (1, 2, 4, 16, 64)

SETUP = """
ip link add wg0 type wireguard
ip addr add 192.0.2.1/32 dev wg0
ip -6 addr add 2001:db8::1/128 dev wg0
ip link set wg0 up
ip route add 10.0.0.0/8 dev wg0
ip -6 route add fd00::/16 dev wg0
echo "wg0 private-key=%s peer=%s" | guest set >/dev/null
sleep 3
"""


def address(family, number):
    """The address of an element: its number is that in the list before."""
    if family == 4:
        return "10.0.%d.%d" % (number // 256, number % 256)
    return "fd00::%x" % number


def prefixes(family, numbers):
    return " ".join("+%s/%d" % (address(family, number), 32 if family == 4 else 128) for number in numbers)


def lists(change, length):
    """(before, after) of a change, as numbers of elements. facts.proto says the same."""
    before = list(range(length))
    if change == "same":
        return before, before
    if change == "drop_first":
        return before, before[1:]
    if change == "drop_last":
        return before, before[:-1]
    if change == "append":
        return before, before + [length]
    if change == "reverse":
        return before, before[::-1]
    raise ValueError(change)


CHANGES = ("same", "drop_first", "drop_last", "append", "reverse")


def targets(change, length):
    """Numbers of the elements that are asked for: first, middle and last of those that stay."""
    before, after = lists(change, length)
    stay = [number for number in before if number in set(after)]
    return sorted({stay[0], stay[len(stay) // 2], stay[-1]}) if stay else []


def message_cases():
    for family in (4, 6):
        for length in LENGTHS:
            for change in CHANGES:
                if not targets(change, length):
                    continue
                for entries in (1, 0):
                    yield family, length, change, entries


def strobe_cases():
    for family in (4, 6):
        for length in STROBED:
            yield family, length, "same"
    for family in (4, 6):
        for change in CHANGES[1:]:
            yield family, 4, change


def request(family, numbers):
    return "wg0 peer=%s replace %s" % (PEER, prefixes(family, numbers))


def message_job():
    """{name: bytes} for a boot."""
    lines = []
    for family, length, change, entries in message_cases():
        before, after = lists(change, length)
        name = "%d/%d/%s/%d" % (family, length, change, entries)
        lines.append("before 0 - " + request(family, before))
        wanted = ",".join(address(family, number) for number in targets(change, length))
        lines.append("%s %d %s %s" % (name, entries, wanted, request(family, after)))
    job = SETUP % (KEY, PEER) + "guest steps < /steps\n"
    return {"job.sh": job.encode(), "steps": ("\n".join(lines) + "\n").encode()}


def _strobe_time(length):
    """(trials, ns from trial to trial): longer than the request takes, and shorter than its shortest step."""
    step = 20 if length <= 16 else 50
    return (60000 + 9000 * length) // step, step


def strobe_job():
    job = [SETUP % (KEY, PEER)]
    files = {}
    for number, (family, length, change) in enumerate(strobe_cases()):
        before, after = lists(change, length)
        everything = sorted(set(before) | set(after))
        wanted = ",".join(address(family, element) for element in everything)
        job.append("echo strobe %d/%d/%s\nguest strobe %s %d %d < /strobe%d\n" %
                   ((family, length, change, wanted) + _strobe_time(length) + (number,)))
        files["strobe%d" % number] = (request(family, before) + "\n" + request(family, after) + "\n").encode()
    files["job.sh"] = "".join(job).encode()
    return files


def message_facts(log):
    """The cases of a boot of message_job()."""
    facts = []
    for line in log:
        words = line.split(" ")
        if words[0] == "p" and words[1] != "before":
            family, length, change, entries = words[1].split("/")
            if words[3] != "0":
                raise ValueError("case %s: errno %s" % (words[1], words[3]))
            facts.append({"family": int(family), "length": int(length), "change": change, "entries": int(entries),
                          "messages": int(words[2]), "targets": []})
        elif words[0] == "t":
            facts[-1]["targets"].append({"address": words[2], "missing": "" if words[3] == "-" else words[3]})
    return facts


def _median(trials):
    """Of [(first, count)]: the trial in the middle."""
    left = sum(count for _, count in trials) // 2
    for first, count in trials:
        if left < count:
            return first + left
        left -= count
    raise ValueError("no trials")


def sequence(runs):
    """The states through which a list went, in order, from [(first trial, count, state)].

    Trials are in the order of their moments, but for jitter: a request that was held up is seen in an earlier state. So
    what is seen among the insertions less often than among the removals, which take less time, does not count there.
    Among the removals more owners come first, among the insertions fewer."""
    boundary = _median([(first, count) for first, count, state in runs if not state.strip("0")])
    phases = ({}, {})
    for first, count, state in runs:
        if state.strip("0"):
            phase = phases[first > boundary]
            phase[state] = phase.get(state, 0) + count

    def owners(state):
        return bin(int(state, 16)).count("1")

    initial, final = runs[0][2], runs[-1][2]
    removals = sorted(phases[0], key=owners, reverse=True)
    # The state before is also that of all trials before the request.
    often = dict(phases[0])
    often[initial] = often[removals[1]] if len(removals) > 1 else 0
    insertions = sorted((state for state, count in phases[1].items() if state == final or count >= often.get(state, 0)),
                        key=owners)
    return removals + ["0" * len(final)] + insertions


def strobe_facts(log):
    facts, runs = [], []
    for line in log:
        words = line.split(" ")
        if words[0] == "strobe":
            family, length, change = words[1].split("/")
            facts.append({"family": int(family), "length": int(length), "change": change})
            runs = []
        elif words[0] == "w":
            runs.append((int(words[1]), int(words[2]), words[3]))
        elif words[0] == "x":
            facts[-1]["states"] = sequence(runs)
    return facts


def steps_of(case):
    """By element that is in both lists, from a strobe's states: how many steps it is missing after."""
    before, after = lists(case["change"], case["length"])
    count = {}
    for number in before:
        if number not in after:
            continue
        missing = [not int(state[number // 4], 16) >> number % 4 & 1 for state in case["states"]]
        text = "".join("x" if gone else "." for gone in missing)
        if not re.fullmatch(r"\.+x*\.+", text):
            raise ValueError("element %d of %s: not one window: %s" % (number, case, text))
        count[number] = sum(missing)
    return count
