// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
// Charts of values by bucket: loss, latency, queues, cores, links; one curve for each variant.
'use strict';
report.LINE_HEIGHT = 190;

// Of a run at a moment; null after its end.
report.bucketAt = (run, time) => {
  const bucket = Math.floor(time / run.series.bucket);
  return time >= 0 && time < run.series.end ? bucket : null;
};

// `value(run)` gives {values: a number or null by bucket, more(bucket): words} or null; `format` writes a number.
report.addLines = ({id, title, hint, value, format, most, choices, whatIsChosen}) => {
  const chart = report.addChart(id, title, hint);
  const {svg, figure, caption} = chart;
  let chosen = 0;
  if (choices) {
    const select = report.add(caption, 'select');
    select.setAttribute('aria-label', whatIsChosen);
    choices.forEach((name, i) => { report.add(select, 'option', '', name).value = i; });
    select.addEventListener('change', () => { chosen = +select.value; draw(); });
  }
  const grid = svg.append('g'), axisX = svg.append('g'), axisY = svg.append('g'), curves = svg.append('g');
  const dots = svg.append('g');
  const cursor = svg.append('line').attr('class', 'cursor').attr('y1', 8).attr('y2', report.LINE_HEIGHT - 40);
  const nothing = svg.append('text').attr('text-anchor', 'middle').text('Nothing to show for these variants.');

  const current = () => report.visible().map((run) => ({run, of: value(run, chosen)})).filter((c) => c.of);

  // Steps: a bucket's value holds for all of it. Only what is shown is drawn, of many buckets the largest per pixel.
  const pathOf = ({run, of}, x, y) => {
    const {bucket, end} = run.series;
    const first = Math.max(0, Math.floor(report.part.from / bucket));
    const last = Math.min(of.values.length - 1, Math.ceil(report.part.to / bucket));
    let path = '';
    for (let i = first; i <= last; ++i) {
      if (of.values[i] === null) { path += ' '; continue; }
      const from = x(Math.max(i * bucket, report.part.from)), to = x(Math.min((i + 1) * bucket, end, report.part.to));
      if (to < from) continue;
      path += `${path === '' || path.endsWith(' ') ? 'M' : 'L'}${from.toFixed(1)},${y(of.values[i]).toFixed(1)}H${to.toFixed(1)}`;
    }
    return path;
  };

  const top = (lines) => {
    let largest = 0;
    for (const {of} of lines) for (const v of of.values) if (v > largest) largest = v;
    return most ? Math.max(most(largest), largest) : largest || 1;
  };

  const describe = (lines) => {
    const parts = lines.map(({run, of}) => {
      const known = of.values.filter((v) => v !== null);
      return `${run.label}: at most ${format(known.length ? Math.max(...known) : 0)}`;
    });
    svg.attr('aria-label', `${title}${choices ? `, ${choices[chosen]}` : ''}. ${parts.join('; ')}. A table follows.`);
  };

  const readAt = (time, lines) => {
    const out = [];
    for (const {run, of} of lines) {
      const bucket = report.bucketAt(run, time);
      if (bucket === null || of.values[bucket] === undefined || of.values[bucket] === null) continue;
      out.push({run: run.number, text: `${run.label}: ${format(of.values[bucket])}${of.more ? of.more(bucket) : ''}`});
    }
    return out;
  };

  const drawCursor = (x, y, lines) => {
    const at = report.part.cursor;
    const inside = at !== null && at >= report.part.from && at <= report.part.to;
    cursor.attr('display', inside ? null : 'none');
    if (inside) cursor.attr('x1', x(at)).attr('x2', x(at));
    const marks = inside ? lines.map(({run, of}) => ({run, v: of.values[report.bucketAt(run, at)]}))
        .filter((m) => m.v !== undefined && m.v !== null) : [];
    dots.selectAll('circle').data(marks).join('circle').attr('r', 3.5).attr('class', (m) => `dot ${report.colourClass(m.run.number)}`)
        .attr('cx', x(at)).attr('cy', (m) => y(m.v));
    if (inside && document.activeElement === svg.node()) {
      report.byId('read').textContent = `${title} at ${report.moment(at, (report.part.to - report.part.from) / 100)}: ` +
          readAt(at, lines).map((line) => line.text).join('; ');
    }
  };

  const draw = () => {
    const width = chart.width(), height = report.LINE_HEIGHT;
    svg.attr('viewBox', `0 0 ${width} ${height}`).attr('height', height);
    const lines = current();
    const x = report.part.scale(width);
    const y = d3.scaleLinear().domain([0, top(lines)]).nice(4).range([height - 40, 10]);
    nothing.attr('display', lines.length ? 'none' : null).attr('x', width / 2).attr('y', height / 2);
    axisY.attr('class', 'axis').attr('transform', `translate(${report.MARGIN.left},0)`)
        .call(d3.axisLeft(y).ticks(4).tickSizeOuter(0).tickFormat(format));
    grid.attr('class', 'grid').selectAll('line').data(y.ticks(4)).join('line').attr('x1', x.range()[0]).attr('x2', x.range()[1])
        .attr('y1', y).attr('y2', y);
    report.drawTimeAxis(axisX, x, height - 40);
    curves.selectAll('path').data(lines).join('path').attr('class', ({run}) => `curve ${report.colourClass(run.number)}`)
        .attr('stroke-dasharray', ({run}) => report.dashes(run.number)).attr('d', (line) => pathOf(line, x, y));
    drawCursor(x, y, lines);
    describe(lines);
    fill();
  };

  const fill = report.addTable(figure, title, () => ['From', ...current().map(({run}) => run.label)], () => {
    const lines = current();
    if (!lines.length) return [];
    const {bucket} = lines[0].run.series;
    const rows = [];
    for (let t = Math.floor(report.part.from / bucket) * bucket; t < report.part.to; t += bucket) {
      rows.push([report.moment(t, bucket), ...lines.map(({run, of}) => {
        const v = of.values[report.bucketAt(run, t)];
        return v === undefined || v === null ? '–' : format(v);
      })]);
    }
    return rows;
  });

  svg.node().addEventListener('pointermove', (event) => {
    const time = report.pointerTime(svg.node(), event);
    if (event.buttons || time < report.part.from || time > report.part.to) return report.hideTip();
    const lines = readAt(time, current());
    report.setTip(event, lines.length ? [{text: report.moment(time, (report.part.to - report.part.from) / 100)}, ...lines] : []);
  });
  svg.node().addEventListener('pointerleave', report.hideTip);
  report.part.listeners.push(draw);
};

// All names that any run has, the first runs' order first.
report.namesOf = (list) => [...new Set(report.data.runs.flatMap((run) => (run.series ? run.series[list].map((one) => one[0]) : [])))];

report.addLoss = () => report.addLines({
  id: 'loss', title: 'Loss', hint: 'Of the packets offered in a bucket, those that never arrived.',
  format: report.percent, most: () => 0.001,
  value: (run) => {
    const group = run.series.groups[report.group];
    if (!group) return null;
    const lost = (i) => group.refused[i] + group.misdirected[i] + group.dropped[i];
    return {
      values: group.offered.map((offered, i) => (offered ? 100 * lost(i) / offered : null)),
      more: (i) => ` (${report.count(group.refused[i])} refused, ${report.count(group.misdirected[i])} misdirected, ` +
          `${report.count(group.dropped[i])} dropped of ${report.count(group.offered[i])})`,
    };
  },
});

report.addLatency = () => report.addLines({
  id: 'latency', title: 'Latency', hint: 'From the send call to the receiving application, of the packets delivered.',
  format: report.span, choices: ['p99', 'median', 'largest'], whatIsChosen: 'Percentile',
  value: (run, chosen) => {
    const group = run.series.groups[report.group];
    if (!group) return null;
    return {
      values: group[['p99', 'p50', 'max'][chosen]].map((v) => v || null),
      more: (i) => ` (median ${report.span(group.p50[i])}, p99 ${report.span(group.p99[i])}, largest ${report.span(group.max[i])})`,
    };
  },
});

report.addQueues = () => {
  const names = report.namesOf('queues');
  if (!names.length) return;
  report.addLines({
    id: 'queues', title: 'Queue depth', hint: 'The longest that was found in a bucket; a peak between two looks is not seen.',
    format: report.count, most: () => 4, choices: names, whatIsChosen: 'Queue',
    value: (run, chosen) => {
      const queue = run.series.queues.find((q) => q[0] === names[chosen]);
      return queue ? {values: queue[1]} : null;
    },
  });
};

report.addCores = () => {
  const names = report.namesOf('cores');
  if (!names.length) return;
  report.addLines({
    id: 'cores', title: 'Core use', hint: 'Share of the time of a core: hard interrupts, softirqs and threads together.',
    format: report.percent, most: (largest) => (largest > 50 ? 100 : largest), choices: names, whatIsChosen: 'Core',
    value: (run, chosen) => {
      const core = run.series.cores.find((c) => c[0] === names[chosen]);
      if (!core) return null;
      const {bucket, end} = run.series;
      const share = (ns, i) => 100 * ns / (Math.min(end, (i + 1) * bucket) - i * bucket);
      return {
        values: core[1].map((hard, i) => share(hard + core[2][i] + core[3][i], i)),
        more: (i) => ` (hardirq ${report.percent(share(core[1][i], i))}, softirq ${report.percent(share(core[2][i], i))}, ` +
            `threads ${report.percent(share(core[3][i], i))})`,
      };
    },
  });
};

report.addLinks = () => {
  const names = report.namesOf('links');
  if (!names.length) return;
  report.addLines({
    id: 'links', title: 'Link use', hint: 'Packets given to a direction of a link, the lost ones included, without framing.',
    format: report.bits, choices: names, whatIsChosen: 'Link',
    value: (run, chosen) => {
      const link = run.series.links.find((k) => k[0] === names[chosen]);
      if (!link) return null;
      const {bucket, end} = run.series;
      const rate = (i) => link[2][i] * 8e9 / (Math.min(end, (i + 1) * bucket) - i * bucket);
      return {
        values: link[2].map((bytes, i) => rate(i)),
        more: (i) => (link[1] ? ` (${report.percent(100 * rate(i) / link[1])} of ${report.bits(link[1])})` : ''),
      };
    },
  });
};
