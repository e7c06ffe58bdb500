// What jobs did lately: how many ended, how long they waited, what is proven, and the NPU's busy time against the time of generation.

import { bars } from './bars.js';
import { columns } from './chart.js';
import { tone } from './badge.js';
import { byId, setText } from './dom.js';
import { NONE, count, percent, span, words } from './format.js';

const VERDICTS = ['npu_verified', 'npu_unproven', 'fallback', 'cached'];
const sum = (values) => values.reduce((all, value) => all + value, 0);

let shown = null;

export function showActivity(activity) {
  if (activity === shown) {
    return;
  }
  shown = activity;
  const { steps, total } = activity;
  ended(steps);
  waits(steps);
  bars(byId('verdicts'), VERDICTS.map((name) => ({ key: name, label: words(name), value: total[name], tone: tone(name) })));
  busy(steps, total);
}

function ended(steps) {
  const amiss = steps.failed.map((n, i) => n + steps.expired[i] + steps.cancelled[i]);
  const label = `${count(sum(steps.succeeded))} succeeded, ${count(sum(steps.failed))} failed, `
    + `${count(sum(steps.cancelled))} cancelled, ${count(sum(steps.expired))} expired`;
  columns(byId('chart-ended'), [{ values: steps.succeeded, cls: 'ok' }, { values: amiss, cls: 'bad' }], label);
  setText(byId('cap-ended'), `Jobs that ended: ${label}`);
}

function waits(steps) {
  const means = steps.wait_ms.map((ms, i) => (steps.started[i] ? ms / steps.started[i] : 0));
  const started = sum(steps.started);
  const mean = started ? sum(steps.wait_ms) / started : null;
  const label = started
    ? `${span(mean)} at the mean, ${span(Math.max(...steps.wait_ms_max))} at most`
    : 'nothing has started';
  columns(byId('chart-wait'), [{ values: means, cls: 'run' }], label);
  setText(byId('cap-wait'), `Waits of jobs that started: ${label}`);
}

function busy(steps, total) {
  const generated = sum(steps.counted_generate_ms);
  setText(byId('tile-duty'), generated ? percent(sum(steps.busy_ms) / generated) : NONE);
  setText(byId('note-duty'), generated ? 'busy time of generation' : 'no reading of its counter');
  setText(byId('busy'), total.counted_generate_ms
    ? `Since the server began, its counter grew by ${span(total.busy_ms)} in ${span(total.counted_generate_ms)} of generation: ${percent(total.busy_ms / total.counted_generate_ms)}.`
    : `Since the server began, ${span(total.generate_ms)} of generation. No job has a reading of the NPU's busy counter: it cannot be read here, or no NPU ran them.`);
}
