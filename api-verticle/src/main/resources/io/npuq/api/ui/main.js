// Puts the page together: which part of it is shown, and the one stream that tells how all stands.

import { announce } from './announce.js';
import { useControls } from './control.js';
import { byId, setClass, setText, show } from './dom.js';
import { serverTime } from './format.js';
import { showActivity } from './activity.js';
import { leaveJob, openJob } from './job.js';
import { openJobs, refreshJobs } from './jobs.js';
import { useKeyDialog } from './keydialog.js';
import { showLanes } from './lanes.js';
import { showQueue } from './queue.js';
import { openReport } from './report.js';
import { showRunning } from './running.js';
import { showStatus } from './status.js';
import { follow } from './stream.js';
import { useSubmit } from './submit.js';

const PAGES = ['live', 'jobs', 'job', 'report'];

let latest = null;
let latestActivity = null;
let drawn = true;
let connection = null;

/** However many events come, the page is drawn at most once a frame, and not at all while nobody sees it. */
function draw() {
  if (drawn) {
    drawn = false;
    requestAnimationFrame(() => {
      drawn = true;
      if (latest) {
        showStatus(latest);
        showQueue(latest);
        showRunning(latest);
        showLanes(latest);
      }
      if (latestActivity) {
        showActivity(latestActivity);
      }
      refreshJobs(latest);
    });
  }
}

function connect() {
  connection?.abort();
  connection = new AbortController();
  follow('/v1/queue/events', {
    open: () => linked(true),
    event: (name, data) => {
      if (name === 'state') {
        latest = data;
        serverTime(data.at);
      } else if (name === 'activity') {
        latestActivity = data;
      }
      draw();
    },
    lost: (error) => linked(false, error),
  }, connection.signal);
}

let wasLinked = null;

function linked(is, error) {
  setText(byId('link-state'), is ? 'live' : 'not connected');
  setClass(byId('link-state'), 'on', is);
  setClass(document.body, 'stale', !is && latest !== null);
  show(byId('lost'), !is);
  if (!is) {
    setText(byId('lost'), error?.status === 401
      ? 'This server wants an API key.'
      : 'The server cannot be reached. What you see is how it was; the page tries again by itself.');
  }
  if (is && wasLinked === false) {
    announce('Connected again.');
    document.dispatchEvent(new CustomEvent('back'));
  }
  wasLinked = is;
}

function route() {
  const hash = location.hash || '#/';
  if (!hash.startsWith('#/')) {
    return;
  }
  const [path, query] = hash.slice(2).split('?');
  const [first, id] = path.split('/');
  const page = first === 'jobs' && id ? 'job' : PAGES.includes(first) ? first : 'live';
  PAGES.forEach((name) => show(byId(`page-${name}`), name === page));
  document.querySelectorAll('nav a').forEach((link) => {
    const here = link.dataset.page === page || (page === 'job' && link.dataset.page === 'jobs');
    if (here) {
      link.setAttribute('aria-current', 'page');
    } else {
      link.removeAttribute('aria-current');
    }
  });
  leaveJob();
  if (page === 'job') {
    openJob(id);
  } else if (page === 'jobs') {
    openJobs(new URLSearchParams(query ?? ''));
  } else if (page === 'report') {
    openReport();
  }
  refreshJobs(latest, true);
}

useControls();
useSubmit();
useKeyDialog(() => {
  connect();
  route();
});
window.addEventListener('hashchange', () => {
  route();
  if (location.hash.startsWith('#/')) {
    byId('main').focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }
});
document.addEventListener('back', route);
document.addEventListener('visibilitychange', draw);
route();
connect();
