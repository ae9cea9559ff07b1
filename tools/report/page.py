# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Makes the page: one HTML file with everything in it."""

import os
from typing import List

import jinja2

import data
import model
import words

FOLDER = os.path.dirname(os.path.abspath(__file__))
# Debian's node-d3.
D3 = "/usr/share/nodejs/d3/dist/d3.min.js"
# In the order in which they build on each other.
SCRIPTS = ("base.js", "window.js", "lines.js", "timeline.js", "sweep.js", "start.js")
PALETTE = 8


def _script(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read().replace("</script", "<\\/script")


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True,
                                     lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    environment.filters.update(count=words.count, us=words.microseconds, seconds=words.seconds)
    return environment


def render(results: List[model.Result], d3: str = D3) -> str:
    """The whole page."""
    runs = model.runs_of(results)
    every_held = all(model.held(r.data) for r in results)
    names = sorted({r.data.get("scenario", "") for r in results})
    with open(os.path.join(FOLDER, "page.css"), encoding="utf-8") as file:
        css = file.read()
    return _environment().get_template("page.html").render(
        title=words.listing(names), every_held=every_held, results=results, runs=runs, model=model, css=css,
        palette=PALETTE, parts=model.comparison(runs), causes=model.causes(runs), worst_flows=model.worst_flows(runs),
        has_series=any(run.data.get("series") for run in runs), sweep=model.sweep(runs),
        data=jinja2.utils.markupsafe.Markup(data.page_data(runs, [axis for r in results for axis in r.data.get("sweep", [])])),
        scripts=[jinja2.utils.markupsafe.Markup(_script(p)) for p in
                 [d3] + [os.path.join(FOLDER, name) for name in SCRIPTS]])
