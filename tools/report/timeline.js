// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
// Outages and exposures against the steps of the configuration: for each variant a lane of each, stacked where they overlap.
'use strict';
report.BAR = 13;       // height of a row
report.MOST_LEVELS = 5;  // rows of a lane
report.chosen = null;

// Events of a run: {run, kind, begin, end, text, lines}. Made once.
report.eventsOf = (run, number) => {
  const word = (i) => report.data.words[i];
  const events = [];
  const roles = ['bystander', 'touched'];
  for (const [begin, end, flow, role, packets] of run.series.outages) {
    events.push({run: number, kind: 'outage', role, begin, end, text: word(flow), lines: [
      `Outage of ${word(flow)} (${roles[role]})`, `${report.count(packets)} packet${packets === 1 ? '' : 's'} in a row`]});
  }
  for (const [begin, end, device, what, steps, exposures, allSteps] of run.series.changes) {
    const change = {run: number, kind: 'change', begin, end, text: word(what), steps: steps.map(([at, s]) => [begin + at, word(s)]),
      lines: [`${word(device)}: ${word(what)}`, `${report.count(allSteps)} steps${steps.length < allSteps ? `, the first ${steps.length} are shown` : ''}`]};
    events.push(change);
    for (const [from, to, address, role, nobody, wrong] of exposures) {
      const whose = [nobody ? `${report.span(nobody)} owned by nobody` : '', wrong ? `${report.span(wrong)} by the wrong peer` : ''];
      events.push({run: number, kind: 'exposure', role, begin: begin + from, end: begin + to, text: word(address), lines: [
        `${word(address)} exposed (${roles[role]})`, whose.filter((w) => w).join(', '), `while ${word(device)}: ${word(what)}`]});
    }
  }
  for (const [begin, end, name, what] of run.series.faults) {
    events.push({run: number, kind: 'fault', begin, end, text: word(name), lines: [`Fault ${word(name)}`, word(what)]});
  }
  return events.sort((a, b) => a.begin - b.begin);
};

report.LANES = [['outage', 'Outages'], ['exposure', 'Exposed'], ['change', 'Configuration']];
// Those of one run: few have faults.
report.lanesOf = (events) => (events.some((e) => e.kind === 'fault') ? [['fault', 'Faults'], ...report.LANES] : report.LANES);
report.isLoss = (event) => event.kind === 'outage' || event.kind === 'exposure';

report.linesOf = (event) => [...event.lines,
  `${report.moment(event.begin, 100)} to ${report.moment(event.end, 100)}: ${report.span(event.end - event.begin)}`];

// Gives each bar a row in which it overlaps with none before it; what finds none shares the last.
report.stack = (bars) => {
  const ends = [];
  for (const bar of bars) {
    let row = ends.findIndex((end) => end <= bar.x);
    if (row < 0) row = Math.min(ends.length, report.MOST_LEVELS - 1);
    bar.row = row;
    ends[row] = Math.max(ends[row] || 0, bar.x + bar.width + 1);
  }
  return Math.max(1, ends.length);
};

report.addTimeline = () => {
  const all = report.data.runs.map((run, i) => (run.series ? report.eventsOf(run, i) : []));
  const chart = report.addChart('timeline', 'Outages, exposure and configuration',
      'A bar is an outage of a flow, an address without its owner, or a reconfiguration with its steps as ticks. Of many, the ' +
      'longest; the shade at the bottom counts all reconfigurations.');
  const {svg, figure} = chart;
  const body = svg.append('g'), axis = svg.append('g');
  const cursor = svg.append('line').attr('class', 'cursor').attr('y1', 0);
  const detail = document.createElement('div');
  detail.className = 'event';
  detail.setAttribute('aria-live', 'polite');
  figure.append(detail);

  // Of the flows that are chosen; reconfigurations and faults always.
  const eventsOf = (run) => all[run.number].filter((e) => !report.isLoss(e) || e.role === report.group);
  const shownEvents = () => report.visible().flatMap(eventsOf);

  const choose = (event, show) => {
    report.chosen = event;
    detail.replaceChildren();
    report.add(detail, 'span', `swatch ${report.colourClass(event.run)}`);
    detail.append(`${report.data.runs[event.run].label}: ${report.linesOf(event).join('; ')} `);
    const button = report.add(detail, 'button', '', 'Zoom to it');
    button.type = 'button';
    button.addEventListener('click', () => report.part.show(event.begin, event.end));
    if (show) report.part.show(event.begin, event.end);
    else draw();
  };

  // The next outage or exposure after, or before, the chosen one or the middle of what is shown.
  report.step = (direction) => {
    const events = shownEvents().filter(report.isLoss).sort((a, b) => a.begin - b.begin || a.run - b.run);
    if (!events.length) return;
    let index = events.indexOf(report.chosen);
    if (index < 0) index = direction > 0 ? -1 : events.length;
    choose(events[Math.max(0, Math.min(events.length - 1, index + direction))], true);
  };
  report.showLongest = () => {
    const rank = (e) => (e.kind === 'outage' ? 2 : 1) * 1e18 + e.end - e.begin;
    const events = shownEvents().filter(report.isLoss).sort((a, b) => rank(b) - rank(a));
    if (events.length) choose(events[0], true);
  };

  const barsOf = (events, x) => {
    const [left, right] = x.range();
    const bars = [];
    for (const event of events) {
      if (event.end < report.part.from || event.begin > report.part.to) continue;
      const from = Math.max(left - 2, x(event.begin)), to = Math.min(right + 2, x(event.end));
      bars.push({event, x: from, width: Math.max(2, to - from)});
    }
    return bars;
  };

  const drawBars = (lane, bars, x, y) => {
    lane.selectAll('rect.bar').data(bars).join('rect')
        .attr('class', ({event}) => `bar ${event.kind}${event === report.chosen ? ' chosen' : ''}`)
        .attr('x', (b) => b.x).attr('width', (b) => b.width).attr('height', report.BAR - 3).attr('rx', 1)
        .attr('y', (b) => y + 2 + b.row * report.BAR)
        .on('click', (b) => choose(b.event, false)).on('dblclick', (b) => { d3.event.stopPropagation(); choose(b.event, true); })
        .on('pointermove', (b) => report.setTip(d3.event, report.linesOf(b.event).map((text) => ({text}))))
        .on('pointerleave', report.hideTip);
    const wide = bars.filter((b) => b.width > 34 + 6 * b.event.text.length && !(b.event.steps || []).length);
    lane.selectAll('text.bar-text').data(wide).join('text').attr('class', (b) => `bar-text ${b.event.kind}`)
        .attr('x', (b) => b.x + 5).attr('y', (b) => y + 10 + b.row * report.BAR).text((b) => b.event.text);
    drawSteps(lane, bars, x, y);
  };

  const drawSteps = (lane, bars, x, y) => {
    const [left, right] = x.range();
    const steps = [];
    for (const bar of bars) {
      let last = -Infinity;
      const seen = bar.width > 8 ? (bar.event.steps || []).map(([at, what]) => ({position: x(at), what, bar})) : [];
      seen.forEach((step, i) => {
        // A name where it fits before the next step.
        const room = (i + 1 < seen.length ? seen[i + 1].position : bar.x + bar.width) - step.position;
        if (room < 10 + 6 * step.what.length) step.what = '';
        if (step.position < left || step.position > right || step.position - last < 2) return;
        last = step.position;
        steps.push(step);
      });
    }
    lane.selectAll('line.step').data(steps).join('line').attr('class', 'step').attr('x1', (s) => s.position).attr('x2', (s) => s.position)
        .attr('y1', (s) => y + 2 + s.bar.row * report.BAR).attr('y2', (s) => y - 1 + (s.bar.row + 1) * report.BAR);
    lane.selectAll('text.step-text').data(steps.filter((s) => s.what)).join('text').attr('class', 'step-text bar-text')
        .attr('x', (s) => s.position + 3).attr('y', (s) => y + 10 + s.bar.row * report.BAR).text((s) => s.what);
  };

  // How many reconfigurations began, by bucket: all of them, also those that are not kept one by one.
  const drawDensity = (lane, run, x, y, height) => {
    const {bucket, begun} = run.series;
    const largest = Math.max(1, ...begun);
    const some = begun.map((count, i) => ({count, i}))
        .filter(({count, i}) => count && (i + 1) * bucket > report.part.from && i * bucket < report.part.to);
    const clip = (t) => Math.max(x.range()[0], Math.min(x.range()[1], x(t)));
    lane.selectAll('rect.density').data(report.part.to - report.part.from > 3 * bucket ? some : []).join('rect').attr('class', 'density')
        .attr('x', ({i}) => clip(i * bucket)).attr('width', ({i}) => Math.max(0, clip((i + 1) * bucket) - clip(i * bucket)))
        .attr('y', ({count}) => y + height - 4 * count / largest).attr('height', ({count}) => 4 * count / largest);
  };

  const drawLane = (group, run, [kind, name], x, y) => {
    const bars = barsOf(eventsOf(run).filter((e) => e.kind === kind), x);
    const height = report.stack(bars) * report.BAR + 3;
    const [left, right] = x.range();
    group.append('rect').attr('class', 'lane').attr('x', left).attr('width', right - left).attr('y', y).attr('height', height);
    group.append('text').attr('class', 'lane-name').attr('x', left - 8).attr('y', y + 12).attr('text-anchor', 'end').text(name);
    const lane = group.append('g').attr('clip-path', 'url(#timeline-clip)');
    if (kind === 'change') drawDensity(lane, run, x, y, height);
    drawBars(lane, bars, x, y);
    return y + height + 2;
  };

  const draw = () => {
    const width = chart.width();
    const x = report.part.scale(width);
    body.selectAll('*').remove();
    let y = 4;
    for (const run of report.visible()) {
      const group = body.append('g').attr('class', report.colourClass(run.number));
      group.append('text').attr('class', 'run-name').attr('x', x.range()[0]).attr('y', y + 11).text(run.label);
      y += 16;
      for (const lane of report.lanesOf(all[run.number])) y = drawLane(group, run, lane, x, y);
      y += 8;
    }
    body.append('clipPath').attr('id', 'timeline-clip').append('rect').attr('x', x.range()[0]).attr('width', x.range()[1] - x.range()[0])
        .attr('y', 0).attr('height', y);
    svg.attr('viewBox', `0 0 ${width} ${y + 38}`).attr('height', y + 38);
    report.drawTimeAxis(axis, x, y);
    const at = report.part.cursor;
    cursor.attr('display', at === null || at < report.part.from || at > report.part.to ? 'none' : null)
        .attr('x1', x(at || 0)).attr('x2', x(at || 0)).attr('y2', y);
    const counts = report.visible().map((run) => `${run.label}: ${report.lanesOf(all[run.number]).map(([kind, name]) =>
      `${eventsOf(run).filter((e) => e.kind === kind).length} ${name.toLowerCase()}`).join(', ')}`);
    svg.attr('aria-label', `Timeline of outages, exposed addresses and reconfigurations. ${counts.join('; ')}. A table follows.`);
    fill();
  };

  const fill = report.addTable(figure, 'events in the part that is shown, the longest first', () => ['What', 'Variant', 'At', 'Lasted', ''], () =>
    shownEvents().filter((e) => e.kind !== 'change' && e.end >= report.part.from && e.begin <= report.part.to)
        .sort((a, b) => (b.end - b.begin) - (a.end - a.begin)).slice(0, 100).map((e) => {
          const button = report.add(null, 'button', '', 'Show');
          button.type = 'button';
          button.addEventListener('click', () => choose(e, true));
          return [e.lines[0], report.data.runs[e.run].label, report.moment(e.begin, 100), report.span(e.end - e.begin), button];
        }));
  report.part.listeners.push(draw);
};
