// Pause, drain and resume.

import { toast } from './announce.js';
import { post } from './api.js';
import { sure } from './dialogs.js';
import { byId } from './dom.js';

export function useControls() {
  use('pause', null, 'Paused: jobs are taken, and none starts.');
  use('drain', 'What waits runs to its end, and no new job is accepted until you resume.', 'Draining: no job is accepted.');
  use('resume', null, 'Jobs are accepted, and start.');
}

function use(name, warning, done) {
  byId(name).addEventListener('click', async () => {
    if (warning && !(await sure('Drain the queue?', warning))) {
      return;
    }
    try {
      await post(`/v1/queue/${name}`);
      toast(done);
    } catch (error) {
      toast(error.message, true);
    }
  });
}
