// A list of counts with bars: the number is the information, the bar only shows how they compare.

import { h, keyed, partsOf, setText } from './dom.js';
import { count } from './format.js';

/** Shows rows {key, label, value, tone}. */
export function bars(list, rows) {
  const most = Math.max(1, ...rows.map((row) => row.value));
  keyed(list, rows, (row) => row.key, make, (item, row) => {
    const parts = partsOf(item);
    setText(parts.label, row.label);
    setText(parts.value, count(row.value));
    const width = `${Math.max(row.value ? 1 : 0, (100 * row.value) / most).toFixed(1)}%`;
    if (parts.bar.style.width !== width) {
      parts.bar.style.width = width;
    }
    parts.bar.dataset.tone = row.tone ?? 'run';
  });
}

const make = () => h('li', {},
  h('span', { 'data-part': 'label', class: 'bar-label' }),
  h('span', { class: 'bar-track', 'aria-hidden': 'true' }, h('span', { 'data-part': 'bar', class: 'bar' })),
  h('span', { 'data-part': 'value', class: 'bar-value' }));
