// A job's entries in the request log.

import { get } from './api.js';
import { byId, h, setText } from './dom.js';
import { count, when, words } from './format.js';

export async function showLog(id, signal) {
  try {
    const log = await get(`/v1/jobs/${id}/log`, { signal });
    byId('job-log').replaceChildren(h('table', {},
      h('thead', {}, h('tr', {}, ...['Entry', 'At', 'What', 'It says'].map((name) => h('th', { scope: 'col' }, name)))),
      h('tbody', {}, ...log.data.map(row))));
    setText(byId('job-log-note'), log.complete
      ? 'The log holds no text of what was asked or answered; each entry holds the hash of the one before.'
      : 'So much came between these entries that some of them may be missing here: npuq audit export has all.');
  } catch (error) {
    if (error.name !== 'AbortError') {
      setText(byId('job-log-note'), error.message);
    }
  }
}

function row({ seq, at, change }) {
  return h('tr', {},
    h('td', { class: 'num' }, count(seq)),
    h('td', {}, when(at)),
    h('td', {}, words(change.type)),
    h('td', { class: 'says' }, says(change)));
}

/** What the entry holds beside the evidence, which is shown above. */
const says = (change) => Object.entries(change)
  .filter(([name, value]) => name !== 'type' && name !== 'evidence' && value !== null)
  .map(([name, value]) => `${words(name)} ${typeof value === 'object' ? inside(value) : value}`)
  .join(' · ');

const inside = (value) => `(${Object.entries(value).map(([name, part]) => `${words(name)} ${part}`).join(', ')})`;
