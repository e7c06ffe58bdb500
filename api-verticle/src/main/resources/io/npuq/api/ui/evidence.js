// A job's evidence in words. What is null could not be read, and is shown as such.

import { byId, h, setText } from './dom.js';
import { NONE, count, percent, span, words } from './format.js';

const SAYS = {
  npu_verified: 'Verified: OpenVINO says that the NPU executed it, and the NPU\'s busy counter grew meanwhile.',
  npu_unproven: 'Not proven: OpenVINO says that the NPU executed it, but its busy counter did not grow, or cannot be read.',
  fallback: 'Fallback: another device than the NPU executed it.',
  cached: 'Cached: nothing was executed; all of the answer was known from jobs before.',
};

export function showEvidence(evidence) {
  setText(byId('job-verdict'), evidence ? SAYS[evidence.verdict] : 'There is none: the job has not run to an end.');
  byId('job-evidence').replaceChildren(...(evidence ? rows(evidence) : []).map(([name, value]) => fact(name, value)));
}

export const fact = (name, value) => h('div', {}, h('dt', {}, name), h('dd', {}, value ?? NONE));

function rows(evidence) {
  const { timing_ms: time } = evidence;
  const duty = evidence.npu_busy_delta_us !== null && time.generate ? percent(evidence.npu_busy_delta_us / 1000 / time.generate) : null;
  return [
    ['Executed by', evidence.device_actual],
    ['Asked for', evidence.device_requested],
    ['Why there', evidence.route_reason && words(evidence.route_reason)],
    ['Model', evidence.model],
    ['Its digest', evidence.model_digest],
    ['Runtime', evidence.runtime],
    ['Driver', evidence.driver],
    ['Prompt', `${count(evidence.prompt_chars)} characters${evidence.prompt_tokens === null ? '' : `, ${count(evidence.prompt_tokens)} tokens`}`],
    ['Answer', evidence.completion_tokens === null ? null : `${count(evidence.completion_tokens)} of ${count(evidence.max_new_tokens)} tokens`],
    ['Waited', span(time.queue_wait)],
    ['Load', span(time.load)],
    ['First load', span(time.initial_load)],
    ['First token after', span(time.time_to_first_token)],
    ['Generation', span(time.generate)],
    ['In all', span(time.total)],
    ['Busy counter before', micros(evidence.npu_busy_before_us)],
    ['Busy counter after', micros(evidence.npu_busy_after_us)],
    ['It grew by', micros(evidence.npu_busy_delta_us)],
    ['Busy of generation', duty],
    ['Quiet before', evidence.npu_busy_quiet === null ? null : evidence.npu_busy_quiet ? 'yes: the growth is this job\'s' : 'no'],
    ['Attempt', count(evidence.attempt)],
  ];
}

const micros = (us) => (us === null ? null : `${count(us)} µs`);
