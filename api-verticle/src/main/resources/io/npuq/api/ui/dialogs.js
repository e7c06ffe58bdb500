// The three dialogs' common ways: they open modally, close by Escape or their own button, and give the focus back.

import { byId, setText, show } from './dom.js';

for (const button of document.querySelectorAll('[data-close]')) {
  button.addEventListener('click', () => button.closest('dialog').close());
}

export function open(id) {
  const dialog = byId(id);
  if (!dialog.open) {
    dialog.showModal();
  }
}

export function problem(id, message) {
  setText(byId(id), message ?? '');
  show(byId(id), Boolean(message));
}

/** Asks before something that cannot be undone; answers whether to do it. */
export function sure(title, text) {
  setText(byId('h-ask'), title);
  setText(byId('ask-text'), text);
  const dialog = byId('ask');
  return new Promise((resolve) => {
    let yes = false;
    byId('ask-form').onsubmit = (event) => {
      event.preventDefault();
      yes = true;
      dialog.close();
    };
    dialog.addEventListener('close', () => resolve(yes), { once: true });
    dialog.showModal();
  });
}
