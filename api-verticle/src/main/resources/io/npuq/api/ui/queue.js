// What waits: by priority, by lane, and whose deadlines are near.

import { bars } from './bars.js';
import { byId, h, keyed, partsOf, setClass, setText, show } from './dom.js';
import { serverNow, span, words } from './format.js';

export function showQueue({ queue, waiting_by_lane: waiting, deadlines }) {
  const priorities = Object.entries(queue.depth.by_priority);
  bars(byId('by-priority'), priorities.map(([priority, value]) => ({
    key: priority,
    label: priority === '0' ? '0, most urgent' : priority,
    value,
  })));
  show(byId('queue-empty'), priorities.length === 0);
  const lanes = Object.entries(waiting);
  bars(byId('by-lane'), lanes.map(([lane, value]) => ({ key: lane, label: lane, value, tone: 'calm' })));
  show(byId('h-by-lane'), lanes.length > 0);
  show(byId('deadlines-empty'), deadlines.length === 0);
  keyed(byId('deadlines'), deadlines, (job) => job.id, makeDeadline, updateDeadline);
}

const makeDeadline = (job) => h('li', {},
  h('a', { href: `#/jobs/${job.id}` }, words(job.kind)),
  h('span', { 'data-part': 'left' }),
  h('span', { 'data-part': 'eta', class: 'note' }));

function updateDeadline(item, job) {
  const parts = partsOf(item);
  const left = Date.parse(job.deadline_at) - serverNow();
  setText(parts.left, left > 0 ? `in ${span(left)}` : 'now');
  setText(parts.eta, `${job.at_risk ? 'at risk: ' : ''}${job.eta_ms === null ? 'no estimate yet' : `expected in ${span(job.eta_ms)}`}`);
  setClass(item, 'risky', job.at_risk);
}
