// The list of jobs: searched, filtered and paged by the server; and the latest few on the live page.

import { get, withQuery } from './api.js';
import { byId, h, setText, show } from './dom.js';
import { count } from './format.js';
import { jobTable } from './table.js';

const PAGE = 50;
const LATEST = 8;
const REFRESH_MS = 2000;
const FILTERS = ['q', 'state', 'kind', 'lane', 'priority'];
const FULL_ID = /^job_[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;

const all = jobTable();
const latest = jobTable();
const form = byId('filters');

let wanted = {};
let before = [];
let page = null;
let asking = null;
let asked = 0;
let seen = '';

byId('jobs').append(all.table);
byId('latest').append(latest.table);
options('state', ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'expired']);
options('kind', ['title', 'summary', 'notification', 'memory_candidate', 'chat', 'embedding']);
options('lane', ['npu', 'gpu', 'cpu', 'remote', 'builtin', 'embedding']);
options('priority', ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);

function options(name, values) {
  form[name].append(...values.map((value) => h('option', { value }, value.replaceAll('_', ' '))));
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const text = form.q.value.trim();
  location.hash = FULL_ID.test(text) ? `#/jobs/${text}` : withQuery('#/jobs', Object.fromEntries(new FormData(form)));
});
form.addEventListener('reset', () => {
  location.hash = '#/jobs';
});
form.addEventListener('change', (event) => {
  if (event.target !== form.q) {
    form.requestSubmit();
  }
});
byId('older').addEventListener('click', () => {
  before.push(page.last_id);
  load();
});
byId('newer').addEventListener('click', () => {
  before.pop();
  load();
});

export function openJobs(query) {
  wanted = Object.fromEntries(FILTERS.map((name) => [name, query.get(name) ?? '']));
  FILTERS.forEach((name) => {
    form[name].value = wanted[name];
  });
  before = [];
  load();
}

async function load() {
  asking?.abort();
  asking = new AbortController();
  try {
    const after = before[before.length - 1] ?? '';
    page = await get(withQuery('/v1/jobs', { ...wanted, limit: PAGE, after }), { signal: asking.signal });
    all.fill(page.data);
    setText(byId('jobs-note'), note());
    byId('newer').disabled = before.length === 0;
    byId('older').disabled = !page.has_more;
    setText(byId('older'), page.has_more && page.data.length < PAGE ? 'Search further' : 'Older');
  } catch (error) {
    if (error.name !== 'AbortError') {
      setText(byId('jobs-note'), error.message);
    }
  }
}

function note() {
  if (page.data.length === 0) {
    return page.has_more ? 'None among the jobs that were looked through; there are older ones.' : 'There is no such job.';
  }
  return before.length ? `Page ${count(before.length + 1)}` : 'The newest first';
}

/** Asks again for what is shown when jobs came or went; not more often than every two seconds. */
export function refreshJobs(state, now = false) {
  const onLive = !byId('page-live').hidden;
  const onJobs = !byId('page-jobs').hidden && before.length === 0;
  const counts = state ? JSON.stringify(state.queue.depth.by_state) : '';
  if (!(onLive || onJobs) || (counts === seen && !now) || (Date.now() - asked < REFRESH_MS && !now)) {
    return;
  }
  seen = counts;
  asked = Date.now();
  if (onJobs && !now) {
    load();
  } else if (onLive) {
    get(`/v1/jobs?limit=${LATEST}`).then((found) => {
      latest.fill(found.data);
      show(latest.table, found.data.length > 0);
    }, () => {
      // The stream tells that the server is gone.
    });
  }
}
