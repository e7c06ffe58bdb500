// A state or a verdict as a small mark: its colour says nothing that its word does not.

import { h, setText } from './dom.js';
import { words } from './format.js';

const TONE = {
  queued: 'calm', running: 'run', succeeded: 'ok', failed: 'bad', cancelled: 'calm', expired: 'warn',
  serving: 'ok', loading: 'run', unloaded: 'calm', quarantined: 'bad', stopped: 'calm',
  npu_verified: 'ok', npu_unproven: 'warn', fallback: 'calm', cached: 'calm',
  healthy: 'ok', degraded: 'warn', unhealthy: 'bad', pass: 'ok', fail: 'bad',
};

export const tone = (name) => TONE[name] ?? 'calm';

export const badge = (name) => setBadge(h('span'), name);

export function setBadge(element, name) {
  const cls = `badge ${tone(name)}`;
  if (element.className !== cls) {
    element.className = cls;
  }
  setText(element, words(name));
  return element;
}
