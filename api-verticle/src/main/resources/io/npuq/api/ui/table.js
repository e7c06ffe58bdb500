// A table of jobs.

import { setBadge } from './badge.js';
import { h, keyed, partsOf, setText } from './dom.js';
import { NONE, span, when, words } from './format.js';

export function jobTable() {
  const body = h('tbody');
  const table = h('table', {},
    h('thead', {}, h('tr', {},
      ...['Job', 'State', 'Accepted', 'Waited', 'Took', 'Ran on', 'Labels'].map((name, i) => h('th', { scope: 'col', class: COLUMNS[i] }, name)))),
    body);
  return { table, fill: (jobs) => keyed(body, jobs, (job) => job.id, make, update) };
}

const COLUMNS = ['', '', '', 'spare num', 'spare num', 'spare', 'spare'];

function make(job) {
  return h('tr', {},
    h('td', {}, h('a', { href: `#/jobs/${job.id}` }, words(job.kind)), ' ', h('span', { class: 'tail' }, job.id.slice(-6))),
    h('td', {}, h('span', { 'data-part': 'state' })),
    h('td', { 'data-part': 'at' }),
    h('td', { class: 'spare num', 'data-part': 'wait' }),
    h('td', { class: 'spare num', 'data-part': 'took' }),
    h('td', { class: 'spare', 'data-part': 'device' }),
    h('td', { class: 'spare labels', 'data-part': 'labels' }));
}

function update(row, job) {
  const parts = partsOf(row);
  setBadge(parts.state, job.state);
  setText(parts.at, when(job.created_at));
  setText(parts.wait, job.started_at ? span(Date.parse(job.started_at) - Date.parse(job.created_at)) : NONE);
  setText(parts.took, span(job.evidence?.timing_ms.generate));
  setText(parts.device, job.evidence?.device_actual ?? NONE);
  setText(parts.labels, job.error ? words(job.error.code) : Object.entries(job.metadata).map(([name, value]) => `${name}=${value}`).join(' '));
}
