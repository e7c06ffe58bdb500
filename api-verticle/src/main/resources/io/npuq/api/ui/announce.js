// What people are told beside what they see.

import { byId, h } from './dom.js';

const SPOKEN_EVERY_MS = 4000;
const TOAST_MS = 6000;
const TOASTS_MAX = 3;

let next = '';
let timer = null;

/** For screen readers: the latest word only, and not more often than one can listen. */
export function announce(text) {
  next = text;
  timer ??= setTimeout(() => {
    byId('announce').textContent = next;
    timer = null;
  }, byId('announce').textContent ? SPOKEN_EVERY_MS : 100);
}

/** A short note at the edge of the page, read out too. */
export function toast(text, bad = false) {
  const note = h('p', { class: bad ? 'toast bad' : 'toast' }, text);
  const box = byId('toasts');
  while (box.childElementCount >= TOASTS_MAX) {
    box.firstElementChild.remove();
  }
  box.append(note);
  setTimeout(() => note.remove(), TOAST_MS);
}
