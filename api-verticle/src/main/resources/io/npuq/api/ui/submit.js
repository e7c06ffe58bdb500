// The form for a new job.

import { post } from './api.js';
import { open, problem } from './dialogs.js';
import { byId, h, setText } from './dom.js';
import { count } from './format.js';

const CHARS_MAX = 6000;

export function useSubmit() {
  const form = byId('submit-form');
  for (let priority = 0; priority <= 9; priority += 1) {
    const label = { 0: '0, most urgent', 5: '5, as usual', 9: '9, least urgent' }[priority] ?? String(priority);
    form.priority.append(h('option', { value: priority, selected: priority === 5 }, label));
  }
  byId('open-submit').addEventListener('click', () => {
    problem('submit-problem', '');
    counted(form);
    open('submit');
    form.elements.input.focus();
  });
  form.addEventListener('input', () => counted(form));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      const job = await post('/v1/jobs', { json: request(form) });
      byId('submit').close();
      form.reset();
      location.hash = `#/jobs/${job.id}`;
    } catch (error) {
      problem('submit-problem', error.message);
    }
  });
}

/** Counted as the server counts: a character outside the first plane is one. */
function counted(form) {
  const chars = [...form.elements.input.value].length;
  const bound = form.kind.value === 'chat' ? '' : ` of ${count(CHARS_MAX)}`;
  setText(byId('input-count'), `${count(chars)}${bound} characters. The text is never shown again.`);
}

function request(form) {
  const text = form.elements.input.value;
  const kind = form.kind.value;
  const job = { kind, priority: Number(form.priority.value), device: form.device.value };
  if (kind === 'chat') {
    job.messages = [{ role: 'user', content: text }];
  } else {
    job.input = text;
  }
  if (form.deadline.value) {
    job.deadline_ms = 1000 * Number(form.deadline.value);
  }
  if (form.tokens.value) {
    job.max_new_tokens = Number(form.tokens.value);
  }
  const labels = form.labels.value.split('\n').map((line) => line.split('=')).filter(([name]) => name.trim());
  if (labels.length) {
    job.metadata = Object.fromEntries(labels.map(([name, ...value]) => [name.trim(), value.join('=').trim()]));
  }
  return job;
}
