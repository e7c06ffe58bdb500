// The latency report for a range, out of the request log.

import { ask, get, withQuery } from './api.js';
import { badge } from './badge.js';
import { byId, h, setText, show } from './dom.js';
import { NONE, count, number, percent, span, words } from './format.js';

const PERCENTILES = ['p50', 'p90', 'p95', 'p99', 'max'];
const form = byId('report-form');

let opened = false;

export function openReport() {
  if (!opened) {
    opened = true;
    make();
  }
}

form.range.addEventListener('change', () => {
  form.querySelectorAll('.range').forEach((label) => show(label, form.range.value === ''));
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  make();
});
form.querySelectorAll('[data-format]').forEach((button) => {
  button.addEventListener('click', () => busy(async () => save(button.dataset.format)));
});

function range() {
  const seconds = Number(form.range.value);
  if (seconds) {
    return { since: new Date(Date.now() - 1000 * seconds).toISOString() };
  }
  const time = (input) => (input.value ? new Date(input.value).toISOString() : '');
  return { since: time(form.since), until: time(form.until) };
}

/** One at a time, here as there. */
async function busy(work) {
  const buttons = [...form.querySelectorAll('button')];
  buttons.forEach((button) => { button.disabled = true; });
  setText(byId('report-note'), 'The request log is being read …');
  try {
    await work();
  } catch (error) {
    setText(byId('report-note'), error.message);
  } finally {
    buttons.forEach((button) => { button.disabled = false; });
  }
}

function make() {
  return busy(async () => {
    const report = await get(withQuery('/v1/reports/latency', range()));
    const ended = Object.entries(report.states).map(([state, n]) => `${count(n)} ${state}`).join(', ') || 'none';
    setText(byId('report-note'), `Jobs that ended: ${ended}. Out of a request log of ${count(report.entries)} entries. A dash stands where there are too few samples, or no reading.`);
    byId('report').replaceChildren(...parts(report));
  });
}

async function save(format) {
  const answer = await ask('GET', withQuery('/v1/reports/latency', { ...range(), format }));
  const address = URL.createObjectURL(await answer.blob());
  h('a', { href: address, download: `npuq-latency.${format}` }).click();
  URL.revokeObjectURL(address);
  setText(byId('report-note'), `Saved as npuq-latency.${format}.`);
}

function parts(report) {
  const groups = report.groups ?? [];
  if (groups.length === 0) {
    return [h('p', { class: 'empty card' }, 'No job ran to its end in this range.')];
  }
  return [
    section('Against the targets', table(['Target', 'Bound', 'Seen', 'Result'], report.targets.map(target))),
    ...[['service', 'Service time: all but the wait'], ['time_to_first_token', 'Time to the first token'], ['queue_wait', 'Wait in the queue']]
      .map(([measure, title]) => section(title, table(['Jobs', 'Count', ...PERCENTILES], groups.map((group) => times(group, `${measure}_ms`))))),
    section('Rates and proof', table(['Jobs', 'Tokens a second', 'NPU busy', 'Duty ratio', 'Verified'], groups.map(rates))),
    Object.keys(report.errors).length
      ? section('Errors', table(['What', 'Count'], Object.entries(report.errors).map(([what, n]) => [words(what), count(n)])))
      : '',
  ];
}

const section = (title, content) => h('section', { class: 'card' }, h('h2', {}, title), h('div', { class: 'scroll', role: 'region', 'aria-label': title, tabindex: 0 }, content));

const table = (heads, rows) => h('table', {},
  h('thead', {}, h('tr', {}, ...heads.map((head, i) => h('th', { scope: 'col', class: i ? 'num' : '' }, head)))),
  h('tbody', {}, ...rows.map((cells) => h('tr', {}, ...cells.map((cell, i) => h('td', { class: i ? 'num' : '' }, cell))))));

const named = (group) => `${words(group.kind)} on ${group.device}${group.cold ? ', cold' : ''}`;

const times = (group, measure) => [named(group), count(group[measure].count), ...PERCENTILES.map((name) => span(group[measure][name]))];

const rates = (group) => [
  named(group),
  group.tokens_per_second === null ? NONE : number(group.tokens_per_second),
  span(group.npu_busy_ms),
  group.duty_ratio === null ? NONE : percent(group.duty_ratio),
  percent(group.verified_share),
];

function target(row) {
  return Object.values(row).map((value) => (typeof value === 'string' && /^(pass|fail)$/.test(value) ? badge(value) : String(value ?? NONE)));
}
