# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""A real kernel's WireGuard beside the simulator: boots Debian's own kernels, unmodified, in an emulator that counts
instructions, so that every run is the same. No root, and nothing of a kernel is in this repository.

Exit code: 0 done; 1 two runs differ, or facts; 2 bad usage; 3 the environment lacks something."""

import argparse
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
# pylint: disable=wrong-import-position
import emulator
import environment
import fetch
import initramfs
import steps
from environment import BadInput, Lacking


def _say(text):
    print(text, flush=True)


def _check(arguments):
    if arguments.quiet:
        environment.need(arguments.cache, arguments.kernel or "6.16")
        return 0
    return 0 if environment.check(arguments.cache, [arguments.kernel] if arguments.kernel else sorted(environment.KERNELS),
                                  _say) else 3


def _fetch(arguments):
    for kernel in [arguments.kernel] if arguments.kernel else sorted(environment.KERNELS):
        fetch.fetch(arguments.cache, kernel, arguments.mirror, _say)
    return 0


def _job(folder):
    """The files of a folder, by name. job.sh is what the guest runs."""
    files = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            files[name] = file.read()
    if "job.sh" not in files:
        raise BadInput("%s has no job.sh" % folder)
    return files


def _write(path, text):
    """To a file, or to the console for "-"."""
    if path == "-":
        sys.stdout.write(text)
        return
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def _build(arguments):
    _, _, modules = environment.need(arguments.cache, arguments.kernel or "6.16")
    guest = arguments.output + ".guest"
    try:
        initramfs.compile_guest(guest)
        image = initramfs.build(modules, guest, _job(arguments.job))
    finally:
        if os.path.exists(guest):
            os.remove(guest)
    with open(arguments.output, "wb") as file:
        file.write(image)
    return 0


def _run(arguments):
    run = emulator.run(arguments.cache, arguments.kernel or "6.16", _job(arguments.job), arguments.preempt,
                       keep=arguments.keep)
    if arguments.keep:
        _write(os.path.join(arguments.keep, "provenance.json"), json.dumps(run.provenance, indent=1) + "\n")
    else:
        print("\n".join(run.log))
    return 0


def _lines(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read().replace("\r", "").split("\n")


def _facts_text(facts):
    """A line for each fact."""
    lines = []
    for name in ("message_steps", "list_steps"):
        items = ",\n".join("  " + json.dumps(item) for item in facts[name])
        lines.append(' "%s": [\n%s\n ]' % (name, items))
    provenance = ' "provenance": ' + json.dumps(facts["provenance"], indent=1).replace("\n", "\n ")
    return "{\n" + ",\n".join([provenance] + lines) + "\n}\n"


def _extract(arguments):
    facts = {"provenance": {}, "message_steps": [], "list_steps": []}
    for log in arguments.logs:
        facts["message_steps"] += steps.message_facts(_lines(log))
        facts["list_steps"] += steps.strobe_facts(_lines(log))
    _write(arguments.output, _facts_text(facts))
    return 0


def measure_steps(cache, kernel):
    """Two boots of `kernel`, as facts.proto has it."""
    facts = {"provenance": {"boots": []}, "message_steps": [], "list_steps": []}
    for job, files, preempt, name, extract in (
            ("messages", steps.message_job(), "voluntary", "message_steps", steps.message_facts),
            ("strobe", steps.strobe_job(), "full", "list_steps", steps.strobe_facts)):
        run = emulator.run(cache, kernel, files, preempt)
        facts[name] = extract(run.log)
        for key in ("kernel", "kernel_sha256", "emulator"):
            facts["provenance"][key] = run.provenance[key]
        boot = {key: run.provenance[key] for key in ("preempt", "initramfs_sha256", "log_sha256")}
        facts["provenance"]["boots"].append({"job": job, **boot})
    for case in facts["list_steps"]:
        steps.steps_of(case)  # each element's window is one
    return facts


def _verify(facts, path):
    """Whether the facts of a file were found again; versions and hashes do not count."""
    with open(path, encoding="utf-8") as file:
        known = json.load(file)
    differ = [name for name in ("message_steps", "list_steps") if facts[name] != known[name]]
    _say("%s: %s" % (path, "other " + ", ".join(differ) if differ else "found again"))
    return 1 if differ else 0


def _steps(arguments):
    kernel = arguments.kernel or "6.16"
    facts = measure_steps(arguments.cache, kernel)
    if arguments.twice and measure_steps(arguments.cache, kernel) != facts:
        _say("two runs differ")
        return 1
    if arguments.facts:
        return _verify(facts, arguments.facts)
    _write(arguments.output, _facts_text(facts))
    return 0


def _parser():
    parser = argparse.ArgumentParser(prog="kref", description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--cache", default=environment.default_cache(), help="where kernels are (%(default)s)")
    commands = parser.add_subparsers(dest="command", required=True)

    def add(name, run, text):
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        command.add_argument("--kernel", choices=sorted(environment.KERNELS))
        return command

    command = add("check", _check, "says which packages and kernels are missing, and how to get them")
    command.add_argument("--quiet", action="store_true", help="nothing is said if nothing is missing")
    command = add("fetch", _fetch, "downloads and unpacks kernels, without installing them")
    command.add_argument("--mirror", help="of Debian's archive; else the one that is configured")
    command = add("build", _build, "makes the guest's file system for a job")
    command.add_argument("job", help="folder with job.sh")
    command.add_argument("--output", required=True)
    command = add("run", _run, "boots a kernel with a job and shows its console")
    command.add_argument("job", help="folder with job.sh")
    command.add_argument("--preempt", choices=emulator.PREEMPT, default="voluntary")
    command.add_argument("--keep", help="folder for file system, console.log and provenance.json, instead of showing them")
    command = add("extract", _extract, "facts out of the logs of jobs that counted steps")
    command.add_argument("logs", nargs="+")
    command.add_argument("--output", default="-")
    command = add("steps", _steps, "measures what a replaced list goes through: facts/*.json")
    command.add_argument("--output", default="-")
    command.add_argument("--facts", help="compares with this file instead of writing")
    command.add_argument("--twice", action="store_true", help="and again: both must be the same")
    return parser


def main(words):
    arguments = _parser().parse_args(words)
    try:
        return arguments.run(arguments)
    except BadInput as error:
        print("kref: %s" % error, file=sys.stderr)
        return 2
    except Lacking as error:
        print("kref: %s" % error, file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
