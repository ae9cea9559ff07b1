// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
// A figure of the result over a field that was swept; the other fields are held at one value each.
'use strict';
report.startSweep = () => {
  const sweep = report.data.sweep;
  const figure = report.byId('sweep-chart');
  if (!sweep || !figure) return;
  const figureSelect = report.byId('sweep-figure'), fieldSelect = report.byId('sweep-field'), rest = report.byId('sweep-rest');
  for (const [name, title] of report.data.figures) report.add(figureSelect, 'option', '', title).value = name;
  for (const name of sweep.fields) report.add(fieldSelect, 'option', '', name).value = name;
  const bases = [...new Set(sweep.points.map((p) => p.base))];
  const svg = d3.select(figure).append('svg').attr('role', 'img').attr('tabindex', 0);
  const grid = svg.append('g'), axisX = svg.append('g'), axisY = svg.append('g'), body = svg.append('g'), names = svg.append('g');
  let held = {};

  // As the scenario lists them.
  const place = (field, value) => (sweep.order[field] || []).indexOf(value);
  const valuesOf = (field) => [...new Set(sweep.points.map((p) => p.fields[field]))]
      .sort((a, b) => place(field, a) - place(field, b));
  const askForRest = () => {
    rest.replaceChildren();
    held = {};
    for (const name of sweep.fields.filter((f) => f !== fieldSelect.value)) {
      const label = report.add(rest, 'label', '', `${name} `);
      const select = report.add(label, 'select');
      for (const value of valuesOf(name)) report.add(select, 'option', '', value).value = value;
      held[name] = select.value;
      select.addEventListener('change', () => { held[name] = select.value; draw(); });
    }
  };
  const unitOf = () => report.data.figures.find(([name]) => name === figureSelect.value)[2];
  const format = (v) => (unitOf() === 'us' ? report.span(v * 1e3) : unitOf() === '%' ? report.percent(v) : report.count(v));
  const curves = () => bases.map((base, number) => ({base, number, points: sweep.points
      .filter((p) => p.base === base && Object.entries(held).every(([f, v]) => p.fields[f] === v))
      .map((p) => ({x: p.fields[fieldSelect.value], y: +report.data.runs[p.run].figures[figureSelect.value]}))}))
      .filter((c) => c.points.length);

  const draw = () => {
    const width = Math.max(320, figure.clientWidth), height = 260;
    svg.attr('viewBox', `0 0 ${width} ${height}`).attr('height', height);
    const lines = curves();
    const x = d3.scalePoint().domain(valuesOf(fieldSelect.value)).range([report.MARGIN.left, width - 120]).padding(0.3);
    const y = d3.scaleLinear().domain([0, d3.max(lines, (c) => d3.max(c.points, (p) => p.y)) || 1]).nice(5).range([height - 46, 12]);
    axisX.attr('class', 'axis').attr('transform', `translate(0,${height - 46})`).call(d3.axisBottom(x).tickSizeOuter(0));
    axisX.selectAll('text.title').data([0]).join('text').attr('class', 'title').attr('x', (report.MARGIN.left + width - 120) / 2)
        .attr('y', 38).attr('text-anchor', 'middle').text(fieldSelect.value);
    axisY.attr('class', 'axis').attr('transform', `translate(${report.MARGIN.left},0)`)
        .call(d3.axisLeft(y).ticks(5).tickSizeOuter(0).tickFormat(format));
    grid.attr('class', 'grid').selectAll('line').data(y.ticks(5)).join('line').attr('x1', report.MARGIN.left).attr('x2', width - 120)
        .attr('y1', y).attr('y2', y);
    const line = d3.line().x((p) => x(p.x)).y((p) => y(p.y));
    body.selectAll('path').data(lines).join('path').attr('class', (c) => `curve ${report.colourClass(c.number)}`)
        .attr('stroke-dasharray', (c) => report.dashes(c.number))
        .attr('d', (c) => line([...c.points].sort((a, b) => x(a.x) - x(b.x))));
    const points = lines.flatMap((c) => c.points.map((p) => ({...p, base: c.base, number: c.number})));
    body.selectAll('circle').data(points).join('circle').attr('class', (p) => `dot ${report.colourClass(p.number)}`).attr('r', 4.5)
        .attr('cx', (p) => x(p.x)).attr('cy', (p) => y(p.y))
        .on('pointermove', (p) => report.setTip(d3.event, [{text: `${fieldSelect.value} ${p.x}`}, {run: p.number, text: `${p.base}: ${format(p.y)}`}]))
        .on('pointerleave', report.hideTip);
    // A name at the end of each curve; names that would touch move apart.
    let last = -Infinity;
    const ends = lines.map((c) => ({...c, at: y(c.points[c.points.length - 1].y)})).sort((a, b) => a.at - b.at);
    for (const end of ends) last = end.at = Math.max(end.at, last + 13);
    names.selectAll('text').data(ends).join('text').attr('class', (c) => `run-name ${report.colourClass(c.number)}`)
        .attr('x', width - 112).attr('y', (c) => c.at + 4).text((c) => c.base);
    svg.attr('aria-label', `${figureSelect.selectedOptions[0].textContent} over ${fieldSelect.value}. A table follows.`);
    fill();
  };
  const fill = report.addTable(figure, 'sweep', () => [fieldSelect.value, ...curves().map((c) => c.base)], () =>
    valuesOf(fieldSelect.value).map((value) => [value, ...curves().map((c) => {
      const point = c.points.find((p) => p.x === value);
      return point ? format(point.y) : '–';
    })]));
  figureSelect.addEventListener('change', draw);
  fieldSelect.addEventListener('change', () => { askForRest(); draw(); });
  addEventListener('resize', draw);
  report.drawSweep = draw;
  askForRest();
  draw();
};
