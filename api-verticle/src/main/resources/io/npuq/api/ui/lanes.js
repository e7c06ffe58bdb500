// How the lanes are.

import { setBadge } from './badge.js';
import { byId, h, keyed, partsOf, setText, show } from './dom.js';
import { bytes, since, span } from './format.js';

export function showLanes({ health, queue }) {
  const running = queue.depth.by_lane;
  keyed(byId('lanes'), health.lanes, (lane) => lane.lane, make, (item, lane) => {
    const parts = partsOf(item);
    setBadge(parts.state, lane.state);
    setText(parts.device, lane.device === lane.lane.toUpperCase() ? '' : `on ${lane.device}`);
    setText(parts.model, lane.model);
    setText(parts.more, details(lane, running[lane.lane]));
    setText(parts.reason, lane.reason ?? '');
    show(parts.reason, Boolean(lane.reason));
  });
}

const make = (lane) => h('li', {},
  h('div', { class: 'lane-head' },
    h('strong', {}, lane.lane), h('span', { class: 'note', 'data-part': 'device' }), h('span', { 'data-part': 'state' })),
  h('span', { class: 'lane-model', 'data-part': 'model' }),
  h('span', { class: 'note', 'data-part': 'more' }),
  h('p', { class: 'lane-reason', 'data-part': 'reason' }));

function details(lane, running) {
  const told = [`for ${span(since(lane.since))}`];
  if (running) {
    told.unshift(`runs ${running}`);
  }
  if (lane.load_ms !== null) {
    told.push(`loaded in ${span(lane.load_ms)}${lane.loaded_from_cache ? ' from its cache' : ''}`);
  }
  if (lane.restarts > 0) {
    told.push(`${lane.restarts} restart${lane.restarts > 1 ? 's' : ''}`);
  }
  if (lane.memory_bytes !== null) {
    told.push(bytes(lane.memory_bytes));
  }
  return told.join(' · ');
}
