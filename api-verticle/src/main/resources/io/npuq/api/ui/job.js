// One job, as it goes on.

import { announce, toast } from './announce.js';
import { ask, post } from './api.js';
import { setBadge } from './badge.js';
import { problem, sure } from './dialogs.js';
import { byId, setText, show } from './dom.js';
import { fact, showEvidence } from './evidence.js';
import { count, span, when, words } from './format.js';
import { showLog } from './joblog.js';
import { cancel } from './running.js';
import { follow } from './stream.js';

const FINAL = ['succeeded', 'failed', 'cancelled', 'expired'];

let leaving = null;
let job = null;
let text = '';

byId('job-cancel').addEventListener('click', () => cancel(job.id));
byId('job-retry').addEventListener('click', async () => {
  try {
    location.hash = `#/jobs/${(await post(`/v1/jobs/${job.id}/retry`)).id}`;
  } catch (error) {
    problem('job-problem', error.message);
  }
});
byId('job-erase').addEventListener('click', async () => {
  if (await sure('Erase its texts?', 'Its answer and its labels are gone for good. The job stays on record, with its evidence.')) {
    try {
      shown(await (await ask('DELETE', `/v1/jobs/${job.id}`)).json());
      toast('Its texts are erased.');
    } catch (error) {
      problem('job-problem', error.message);
    }
  }
});

export function leaveJob() {
  leaving?.abort();
  leaving = null;
}

export function openJob(id) {
  leaveJob();
  leaving = new AbortController();
  const { signal } = leaving;
  job = null;
  text = '';
  clear(id);
  follow(`/v1/jobs/${encodeURIComponent(id)}/events`, {
    event: (name, data) => {
      if (name === 'progress') {
        text = data.attempt === job?.attempt ? text + data.text : data.text;
        showText();
      } else {
        shown(data);
        showLog(data.id, signal);
      }
    },
    ended: () => FINAL.includes(job?.state),
    lost: (error) => error.status && problem('job-problem', error.message),
  }, signal);
}

function clear(id) {
  problem('job-problem', '');
  setText(byId('h-job'), 'Job');
  setText(byId('job-id'), id);
  byId('job-state').className = '';
  setText(byId('job-state'), '');
  ['job-cancel', 'job-retry', 'job-erase'].forEach((name) => show(byId(name), false));
  byId('job-facts').replaceChildren();
  byId('job-log').replaceChildren();
  setText(byId('job-log-note'), '');
  showEvidence(null);
  showText();
}

function shown(next) {
  const ended = FINAL.includes(next.state) && job !== null && !FINAL.includes(job.state);
  if (job && next.attempt !== job.attempt) {
    text = '';
  }
  job = next;
  setText(byId('h-job'), words(job.kind)[0].toUpperCase() + words(job.kind).slice(1));
  setBadge(byId('job-state'), job.state);
  const isFinal = FINAL.includes(job.state);
  show(byId('job-cancel'), !isFinal);
  show(byId('job-retry'), job.state === 'failed');
  show(byId('job-erase'), isFinal && (job.result !== null || Object.keys(job.metadata).length > 0));
  byId('job-facts').replaceChildren(...facts().map(([name, value]) => fact(name, value)));
  problem('job-problem', job.error ? `${words(job.error.code)}: ${job.error.message}` : '');
  showEvidence(job.evidence);
  showText();
  if (ended) {
    announce(`The job is ${job.state}.`);
  }
}

function showText() {
  const answer = job?.result ? (job.result.text || embeddings(job.result)) : FINAL.includes(job?.state) ? '' : text;
  setText(byId('job-text'), answer);
  show(byId('job-text'), Boolean(answer));
  show(byId('job-no-text'), !answer);
  setText(byId('job-no-text'), waiting());
}

const embeddings = (result) => (result.embeddings ? `${count(result.embeddings.length)} vectors of ${count(result.embeddings[0].length)} numbers` : '');

function waiting() {
  if (!job) {
    return '';
  }
  if (job.state === 'queued') {
    const { position, eta_ms: eta } = job.queue;
    return position === null ? 'It waits.' : `It waits, ${count(position)} before it${eta === null ? '' : `; expected to end in ${span(eta)}`}.`;
  }
  return job.state === 'running' ? 'It runs; its text comes here.' : job.state === 'succeeded' ? 'Its text is erased by now.' : 'It has no answer.';
}

const facts = () => [
  ['Priority', String(job.priority)],
  ['May run', words(job.device)],
  ['Accepted', when(job.created_at)],
  ['Started', when(job.started_at)],
  ['Ended', when(job.finished_at)],
  ['Deadline', when(job.deadline_at)],
  ['Attempt', `${job.attempt} of ${job.max_attempts} at most`],
  ['Finish', job.result ? words(job.result.finish_reason) : null],
  ...Object.entries(job.metadata).map(([name, value]) => [`Label ${name}`, value]),
  ['Input', 'never shown'],
];
