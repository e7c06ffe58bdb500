// The server's own routes, as everybody has them.

import { withKey } from './key.js';

/** What the server refused, in its words. */
export class Refused extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export async function refusal(answer) {
  let said = null;
  try {
    said = (await answer.json()).error;
  } catch {
    // Not npuq's own words: a proxy's perhaps.
  }
  const message = typeof said === 'string' ? said : said?.message;
  const refused = new Refused(answer.status, said?.code ?? '', message ?? `the server answered ${answer.status}`);
  if (answer.status === 401) {
    document.dispatchEvent(new CustomEvent('key-wanted', { detail: refused.message }));
  }
  return refused;
}

export async function ask(method, path, { json, signal } = {}) {
  const headers = withKey(json === undefined ? {} : { 'Content-Type': 'application/json' });
  const body = json === undefined ? undefined : JSON.stringify(json);
  const answer = await fetch(path, { method, headers, body, signal, cache: 'no-store' });
  if (!answer.ok) {
    throw await refusal(answer);
  }
  return answer;
}

export const get = async (path, options) => (await ask('GET', path, options)).json();
export const post = async (path, options) => (await ask('POST', path, options)).json();

/** A path with what of the parameters is not empty. */
export function withQuery(path, parameters) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== '' && value != null));
  return query.size ? `${path}?${query}` : path;
}
