// Where people give their API key.

import { get } from './api.js';
import { open, problem } from './dialogs.js';
import { byId } from './dom.js';
import { apiKey, useKey } from './key.js';

export function useKeyDialog(changed) {
  const form = byId('key-form');
  byId('open-key').addEventListener('click', () => {
    form.key.value = apiKey();
    problem('key-problem', '');
    open('key');
  });
  byId('forget-key').addEventListener('click', () => {
    useKey('');
    form.key.value = '';
    byId('key').close();
    changed();
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const before = apiKey();
    useKey(form.key.value.trim());
    try {
      await get('/v1/queue');
      byId('key').close();
      changed();
    } catch (error) {
      useKey(before);
      problem('key-problem', error.message);
    }
  });
  document.addEventListener('key-wanted', (event) => {
    if (!byId('key').open) {
      open('key');
    }
    problem('key-problem', event.detail);
  });
}
