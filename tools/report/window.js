// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
// The part of the run that all charts show, and how hands and keys change it; which variants are shown; the cursor.
'use strict';
report.LEAST_SPAN = 500;  // nanoseconds: single microseconds are far apart then
report.MARGIN = {left: 86, right: 16};

report.part = {
  end: Math.max(1, ...report.data.runs.map((run) => (run.series ? run.series.end : 0))),
  listeners: [],
  from: 0,
  to: 1,
  cursor: null,

  // Where a moment is, for a chart so many pixels wide.
  scale(width) {
    return d3.scaleLinear().domain([this.from, this.to]).range([report.MARGIN.left, width - report.MARGIN.right]);
  },
  set(from, to) {
    const span = Math.min(this.end, Math.max(report.LEAST_SPAN, to - from));
    const middle = (from + to) / 2;
    this.from = Math.max(0, Math.min(this.end - span, middle - span / 2));
    this.to = this.from + span;
    this.tell();
  },
  zoom(factor, around) {
    const at = around === undefined ? (this.from + this.to) / 2 : around;
    const span = Math.min(this.end, Math.max(report.LEAST_SPAN, (this.to - this.from) * factor));
    const share = (at - this.from) / (this.to - this.from);
    this.set(at - share * span, at - share * span + span);
  },
  move(share) {
    const by = (this.to - this.from) * share;
    this.set(this.from + by, this.to + by);
  },
  all() { this.set(0, this.end); },
  // So that an event is seen with what is around it.
  show(begin, end) {
    const span = Math.max(report.LEAST_SPAN * 2, (end - begin) * 3);
    this.set((begin + end - span) / 2, (begin + end + span) / 2);
  },
  tell() {
    const span = this.to - this.from;
    report.byId('window').textContent = `${report.moment(this.from, span / 100)} to ${report.moment(this.to, span / 100)}` +
        ` (${report.span(span)})`;
    if (this.pending) return;
    this.pending = requestAnimationFrame(() => { this.pending = 0; this.listeners.forEach((draw) => draw()); });
  },
};

report.shown = report.data.runs.map((run, i) => run.series !== null && (report.data.runs.length <= 6 || i < 4));
report.group = 0;
report.visible = () => report.data.runs.map((run, i) => ({...run, number: i})).filter((run) => report.shown[run.number] && run.series);

// Ticks count from a round moment when the part is short: no label has more digits than one can read.
report.drawTimeAxis = (layer, x, y) => {
  const [from, to] = x.domain();
  const span = to - from;
  const width = x.range()[1] - x.range()[0];
  const round = span >= 1e8 ? 0 : Math.floor(from / 10 ** Math.ceil(Math.log10(span * 10))) * 10 ** Math.ceil(Math.log10(span * 10));
  const axis = d3.axisBottom(d3.scaleLinear().domain([from - round, to - round]).range(x.range()))
      .ticks(Math.max(3, Math.floor(width / 110))).tickSizeOuter(0)
      .tickFormat((t) => (span >= 1e8 ? `${+(t / 1e9).toFixed(3)} s`
                          : `+${span >= 1e5 ? `${+(t / 1e6).toFixed(4)} ms` : `${+(t / 1e3).toFixed(3)} µs`}`));
  layer.attr('class', 'axis').attr('transform', `translate(0,${y})`).call(axis);
  layer.selectAll('text.from').data(round || span < 1e8 ? [round] : []).join('text').attr('class', 'from')
      .attr('x', x.range()[0]).attr('y', 32).attr('text-anchor', 'start')
      .text((r) => `from ${report.moment(r, Math.max(1, span / 10))}`);
};

report.pointerTime = (svg, event) => {
  const box = svg.getBoundingClientRect();
  return report.part.scale(box.width).invert(event.clientX - box.left);
};

// What a key does in a chart; false: nothing.
report.onKey = (event, events) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const part = report.part;
  const acts = {
    ArrowLeft: () => part.move(-0.2), ArrowRight: () => part.move(0.2), '+': () => part.zoom(0.5), '=': () => part.zoom(0.5),
    '-': () => part.zoom(2), '0': () => part.all(), Home: () => part.all(), '[': () => report.moveCursor(-1),
    ']': () => report.moveCursor(1), n: () => report.step(1), p: () => report.step(-1),
  };
  const act = acts[event.key];
  if (!act) return false;
  event.preventDefault();
  act();
  return true;
};

report.moveCursor = (direction) => {
  const part = report.part;
  const step = (part.to - part.from) / 50;
  const at = part.cursor === null ? (part.from + part.to) / 2 : part.cursor + direction * step;
  part.cursor = Math.max(part.from, Math.min(part.to, at));
  part.tell();
};

// Drag moves, Shift and drag chooses, Ctrl and wheel zooms (the wheel alone scrolls the page), sideways wheel moves.
report.listen = (svg) => {
  const part = report.part;
  let grip = null;
  svg.addEventListener('wheel', (event) => {
    if (!event.ctrlKey && Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
    event.preventDefault();
    if (event.ctrlKey) part.zoom(2 ** Math.max(-1, Math.min(1, event.deltaY / 150)), report.pointerTime(svg, event));
    else part.move(event.deltaX / 1000);
  }, {passive: false});
  svg.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    grip = {x: event.clientX, from: part.from, to: part.to, time: report.pointerTime(svg, event), choosing: event.shiftKey};
  });
  svg.addEventListener('pointermove', (event) => {
    if (!grip || Math.abs(event.clientX - grip.x) < 3) return;
    report.hideTip();
    if (!svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId);
    svg.classList.add('dragging');
    if (grip.choosing) return report.drawChoice(svg, grip.x, event.clientX);
    const width = svg.getBoundingClientRect().width - report.MARGIN.left - report.MARGIN.right;
    const by = (grip.x - event.clientX) / width * (grip.to - grip.from);
    part.set(grip.from + by, grip.to + by);
  });
  const release = (event) => {
    if (grip && grip.choosing && Math.abs(event.clientX - grip.x) >= 3) {
      const to = report.pointerTime(svg, event);
      part.set(Math.min(grip.time, to), Math.max(grip.time, to));
    }
    d3.select(svg).selectAll('.choice').remove();
    svg.classList.remove('dragging');
    grip = null;
  };
  svg.addEventListener('pointerup', release);
  svg.addEventListener('pointercancel', release);
  svg.addEventListener('dblclick', (event) => part.zoom(0.2, report.pointerTime(svg, event)));
  svg.addEventListener('keydown', (event) => report.onKey(event));
};

report.drawChoice = (svg, from, to) => {
  const left = svg.getBoundingClientRect().left;
  d3.select(svg).selectAll('.choice').data([0]).join('rect').attr('class', 'choice').attr('y', 0)
      .attr('height', svg.getBoundingClientRect().height).attr('x', Math.min(from, to) - left).attr('width', Math.abs(to - from));
};

// A figure with a caption and a chart that takes the keyboard's focus.
report.addChart = (id, title, hint) => {
  const figure = report.add(report.byId('charts'), 'figure', 'chart');
  figure.id = id;
  const caption = report.add(figure, 'figcaption');
  report.add(caption, 'strong', '', title);
  report.add(caption, 'span', 'hint', hint);
  const svg = d3.select(figure).append('svg').attr('tabindex', 0).attr('role', 'img').attr('aria-label', title);
  report.listen(svg.node());
  return {figure, caption, svg, width: () => Math.max(320, figure.clientWidth)};
};
