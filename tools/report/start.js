// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
// Puts the parts of the page together.
'use strict';
report.startLegend = () => {
  const legend = report.byId('legend');
  report.data.runs.forEach((run, i) => {
    if (!run.series) return;
    const label = report.add(legend, 'label');
    const box = report.add(label, 'input');
    box.type = 'checkbox';
    box.checked = report.shown[i];
    report.add(label, 'span', `swatch ${report.colourClass(i)}`);
    label.append(run.label);
    box.addEventListener('change', () => { report.shown[i] = box.checked; report.part.tell(); });
  });
};

report.startControls = () => {
  const part = report.part;
  const acts = {
    in: () => part.zoom(0.5), out: () => part.zoom(2), left: () => part.move(-0.3), right: () => part.move(0.3), all: () => part.all(),
    previous: () => report.step(-1), next: () => report.step(1), longest: () => report.showLongest(),
  };
  for (const button of document.querySelectorAll('button[data-do]')) {
    button.addEventListener('click', acts[button.dataset.do]);
  }
  report.byId('group').addEventListener('change', (event) => { report.group = +event.target.value; part.tell(); });
};

// On paper: the whole run, in light, as wide as the paper.
report.startPrinting = () => {
  let before = null;
  addEventListener('beforeprint', () => {
    before = [report.part.from, report.part.to, document.documentElement.dataset.theme];
    document.documentElement.dataset.theme = 'light';
    for (const figure of document.querySelectorAll('.chart')) figure.style.width = '700px';
    report.part.all();
    report.part.listeners.forEach((draw) => draw());
    if (report.drawSweep) report.drawSweep();
  });
  addEventListener('afterprint', () => {
    for (const figure of document.querySelectorAll('.chart')) figure.style.width = '';
    document.documentElement.dataset.theme = before[2];
    report.part.set(before[0], before[1]);
    if (report.drawSweep) report.drawSweep();
  });
};

report.startTheme();
report.startCopying();
report.startSweep();
if (report.byId('charts')) {
  if (report.data.reduced) {
    report.byId('reduced').hidden = false;
    report.byId('reduced').textContent = `To keep this page small it leaves out ${report.data.reduced}.`;
  }
  report.startLegend();
  report.startControls();
  report.addTimeline();
  report.addLoss();
  report.addLatency();
  report.addQueues();
  report.addCores();
  report.addLinks();
  report.startPrinting();
  addEventListener('resize', () => report.part.tell());
  report.part.all();
}
