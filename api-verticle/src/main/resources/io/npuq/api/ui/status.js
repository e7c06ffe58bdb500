// Whether all is well, and the numbers at the top.

import { announce } from './announce.js';
import { tone } from './badge.js';
import { byId, h, keyed, setText, show } from './dom.js';
import { NONE, count, number, span } from './format.js';

let spoken = '';

export function showStatus({ health, queue, deadlines }) {
  const held = queue.paused ? 'Paused' : queue.draining ? 'Draining' : '';
  const level = held || health.status[0].toUpperCase() + health.status.slice(1);
  setText(byId('status-level'), level);
  byId('status').dataset.tone = held ? 'warn' : tone(health.status);
  setText(byId('status-main'), health.model ? `${health.model.name} on ${health.lanes[0].device}` : '');
  keyed(byId('status-reasons'), health.reasons, (text) => text, () => h('li'), setText);
  show(byId('pause'), !queue.paused);
  show(byId('drain'), !queue.draining);
  show(byId('resume'), Boolean(held));

  const depth = queue.depth.by_state;
  setText(byId('tile-waiting'), count(depth.queued));
  setText(byId('note-waiting'), `of ${count(queue.queued_max)} at most`);
  setText(byId('tile-running'), count(depth.running));
  setText(byId('note-running'), queue.running.map((job) => job.lane).join(', '));
  setText(byId('tile-oldest'), queue.oldest_wait_ms === null ? NONE : span(queue.oldest_wait_ms));
  setText(byId('tile-rate'), queue.service_rate_per_second === null ? NONE : number(60 * queue.service_rate_per_second));
  setText(byId('note-rate'), 'in the last minute');
  const risky = deadlines.filter((job) => job.at_risk).length;
  setText(byId('tile-risk'), deadlines.length ? count(risky) : NONE);
  setText(byId('note-risk'), deadlines.length ? `of the ${deadlines.length} nearest deadlines` : 'no deadlines wait');
  byId('tile-risk').className = risky ? 'bad' : '';

  document.title = depth.running || depth.queued ? `${count(depth.running)} run, ${count(depth.queued)} wait · npuq` : 'npuq';
  if (level !== spoken) {
    if (spoken) {
      announce(`npuq: ${level}`);
    }
    spoken = level;
  }
}
