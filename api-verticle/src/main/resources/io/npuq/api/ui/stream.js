// Server-sent events by fetch, since a browser's own EventSource can send no key.

import { refusal } from './api.js';
import { withKey } from './key.js';

const RETRY_MS = [500, 1000, 2000, 4000];

/** A server that lives says something every few seconds. */
const SILENCE_MS = 40_000;

/**
 * Follows a stream until the signal is aborted, and comes again when it breaks off.
 *
 * @param on event(name, data, id), open(), lost(error); a stream that is over answers true from ended()
 */
export async function follow(path, on, signal) {
  let failures = 0;
  let lastId = '';
  while (!signal.aborted) {
    try {
      await once(path, lastId, signal, () => {
        failures = 0;
        on.open?.();
      }, (name, data, id) => {
        lastId = id || lastId;
        on.event(name, data);
      });
      if (on.ended?.()) {
        return;
      }
      throw new Error('the server ended the connection');
    } catch (error) {
      if (signal.aborted || on.ended?.()) {
        return;
      }
      on.lost?.(error);
      if (error.status === 401 || error.status === 404) {
        return;
      }
      await pause(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)], signal);
      failures += 1;
    }
  }
}

async function once(path, lastId, signal, opened, told) {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const headers = withKey(lastId ? { 'Last-Event-ID': lastId } : {});
    const answer = await fetch(path, { headers, cache: 'no-store', signal: AbortSignal.any([signal, silence.signal]) });
    if (!answer.ok) {
      throw await refusal(answer);
    }
    opened();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      const events = (rest + piece.value).split('\n\n');
      rest = events.pop();
      events.forEach((event) => tell(event, told));
    }
  } finally {
    clearTimeout(timer);
  }
}

/** The lines of one event; a comment is none. */
function tell(event, told) {
  const fields = {};
  for (const line of event.split('\n')) {
    const colon = line.indexOf(': ');
    if (colon > 0) {
      fields[line.slice(0, colon)] = line.slice(colon + 2);
    }
  }
  if (fields.data) {
    told(fields.event, JSON.parse(fields.data), fields.id);
  }
}

function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
