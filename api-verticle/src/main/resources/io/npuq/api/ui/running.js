// What runs, with its text as it comes.

import { toast } from './announce.js';
import { post } from './api.js';
import { byId, h, keyed, partsOf, setText, show } from './dom.js';
import { since, span, words } from './format.js';

export function showRunning({ queue, texts }) {
  const textOf = new Map(texts.map((text) => [text.id, text]));
  show(byId('running-empty'), queue.running.length === 0);
  keyed(byId('running'), queue.running, (job) => job.id, make, (item, job) => update(item, job, textOf.get(job.id)));
}

function make(job) {
  return h('article', { class: 'run', 'aria-label': `${words(job.kind)} on ${job.lane}` },
    h('div', { class: 'run-head' },
      h('a', { href: `#/jobs/${job.id}` }, words(job.kind)),
      h('span', { class: 'note' }, `${job.lane} · priority ${job.priority}`),
      h('span', { class: 'note', 'data-part': 'time' }),
      h('button', { type: 'button', class: 'small', onclick: () => cancel(job.id) }, 'Cancel')),
    h('p', { class: 'tokens', 'data-part': 'text', tabindex: 0 }));
}

function update(item, job, text) {
  const parts = partsOf(item);
  setText(parts.time, `${span(since(job.started_at))}${job.attempt > 1 ? ` · attempt ${job.attempt}` : ''}`);
  const shown = text && text.text ? (text.from > 0 ? `… ${text.text}` : text.text) : '';
  if (parts.text.textContent !== shown) {
    parts.text.textContent = shown;
    parts.text.scrollTop = parts.text.scrollHeight;
  }
}

export async function cancel(id) {
  try {
    const job = await post(`/v1/jobs/${id}/cancel`);
    toast(job.state === 'running' ? 'It stops at its next token.' : `The job is ${job.state}.`);
  } catch (error) {
    toast(error.message, true);
  }
}
