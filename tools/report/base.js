// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
// What all parts of the page have in common: its data, numbers with units, the theme, copy buttons, the tip at the pointer.
'use strict';
const report = {data: JSON.parse(document.getElementById('data').textContent)};

report.byId = (id) => document.getElementById(id);

// A new element with a class and a text, below `parent`.
report.add = (parent, tag, cls, text) => {
  const element = document.createElement(tag);
  if (cls) element.className = cls;
  if (text !== undefined) element.textContent = text;
  if (parent) parent.append(element);
  return element;
};

report.count = (value) => Math.round(value).toLocaleString('en-US');

// Of nanoseconds: three digits and a unit; what is less than a nanosecond is 0.
report.span = (ns) => {
  const units = [[1e9, 's'], [1e6, 'ms'], [1e3, 'µs'], [1, 'ns']];
  const [scale, unit] = units.find(([s]) => Math.abs(ns) >= s * 0.9995) || [1, 'ns'];
  return ns === 0 ? '0' : `${+(ns / scale).toPrecision(3)} ${unit}`;
};

// A moment, as exact as `resolution` (nanoseconds) asks for.
report.moment = (ns, resolution) => {
  const digits = Math.max(0, Math.min(9, Math.ceil(9 - Math.log10(Math.max(1, resolution)))));
  return `${(ns / 1e9).toFixed(digits)} s`;
};

report.percent = (value) => `${value === 0 ? 0 : +value.toPrecision(3)} %`;

report.bits = (value) => {
  const [scale, unit] = [[1e9, 'Gbit/s'], [1e6, 'Mbit/s'], [1e3, 'kbit/s']].find(([s]) => value >= s) || [1, 'bit/s'];
  return `${+(value / scale).toPrecision(3)} ${unit}`;
};

// One colour for each run, everywhere; beyond eight, dashes tell them apart.
report.PALETTE = 8;
report.colourClass = (run) => `c${run % report.PALETTE}`;
report.dashes = (run) => ['', '6 3', '2 3', '8 3 2 3'][Math.floor(run / report.PALETTE) % 4] || null;

report.setTip = (event, lines) => {
  const tip = report.byId('tip');
  tip.hidden = lines.length === 0;
  if (tip.hidden) return;
  tip.replaceChildren();
  for (const line of lines) {
    const row = report.add(tip, 'div');
    if (line.run !== undefined) report.add(row, 'span', `swatch ${report.colourClass(line.run)}`);
    row.append(line.text);
  }
  const {width, height} = tip.getBoundingClientRect();
  const right = event.clientX + 16 + width < innerWidth;
  tip.style.left = `${Math.max(4, right ? event.clientX + 16 : event.clientX - 16 - width)}px`;
  tip.style.top = `${Math.max(4, Math.min(event.clientY + 14, innerHeight - height - 8))}px`;
};
report.hideTip = () => { report.byId('tip').hidden = true; };

// system -> light -> dark -> system. Remembered where the browser lets a local file do so.
report.startTheme = () => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const button = report.byId('theme');
  let choice = 'system';
  try { choice = localStorage.getItem('wgsim-theme') || 'system'; } catch (error) { /* not for this page */ }
  const show = () => {
    const theme = matchMedia('print').matches ? 'light' : choice === 'system' ? (dark.matches ? 'dark' : 'light') : choice;
    document.documentElement.dataset.theme = theme;
    button.textContent = `Theme: ${choice}`;
  };
  button.addEventListener('click', () => {
    choice = {system: 'light', light: 'dark', dark: 'system'}[choice];
    try { localStorage.setItem('wgsim-theme', choice); } catch (error) { /* not for this page */ }
    show();
  });
  dark.addEventListener('change', show);
  matchMedia('print').addEventListener('change', show);
  show();
};

// A file's page may not use the clipboard everywhere: then the command is selected, ready to be copied.
report.startCopying = () => {
  for (const button of document.querySelectorAll('button.copy')) {
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
        button.textContent = 'Copied';
      } catch (error) {
        getSelection().selectAllChildren(button.previousElementSibling);
        button.textContent = 'Selected';
      }
      setTimeout(() => { button.textContent = 'Copy'; }, 2000);
    });
  }
};

// A table behind "Table", filled when it is opened first: what a chart shows, for those who read.
report.addTable = (figure, name, heads, rows) => {
  const details = report.add(figure, 'details');
  report.add(details, 'summary', '', 'Table');
  const box = report.add(details, 'div', 'scroll');
  box.tabIndex = 0;
  box.setAttribute('role', 'region');
  box.setAttribute('aria-label', `Table: ${name}`);
  const fill = () => {
    if (!details.open) return;
    const table = document.createElement('table');
    const head = report.add(report.add(table, 'thead'), 'tr');
    for (const text of heads()) report.add(head, 'th', '', text).scope = 'col';
    const body = report.add(table, 'tbody');
    for (const cells of rows()) {
      const row = report.add(body, 'tr');
      cells.forEach((cell, i) => {
        const element = report.add(row, i ? 'td' : 'th', i ? 'n' : '', cell instanceof Node ? undefined : cell);
        if (cell instanceof Node) element.append(cell);
        if (!i) element.scope = 'row';
      });
    }
    box.replaceChildren(table);
  };
  details.addEventListener('toggle', fill);
  return fill;
};
