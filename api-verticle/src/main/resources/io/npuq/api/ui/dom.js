// Everything that is shown goes in as text: nothing that a server says is ever parsed as HTML.

export const byId = (id) => document.getElementById(id);

/** An element with attributes, listeners (on…) and children, which are elements or texts. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Touches the page only where the text is another: layout costs more than a comparison. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

export function show(element, visible) {
  if (element.hidden === visible) {
    element.hidden = !visible;
  }
}

export function setClass(element, name, on) {
  if (element.classList.contains(name) !== on) {
    element.classList.toggle(name, on);
  }
}

const known = new WeakMap();

/** Makes the children of an element those of the items, in order; what is there already stays, so focus and selection do too. */
export function keyed(parent, items, keyOf, make, update) {
  const before = known.get(parent) ?? new Map();
  const now = new Map();
  let at = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const child = before.get(key) ?? make(item);
    now.set(key, child);
    update(child, item);
    if (child === at) {
      at = at.nextElementSibling;
    } else {
      parent.insertBefore(child, at);
    }
  }
  for (const [key, child] of before) {
    if (!now.has(key)) {
      child.remove();
    }
  }
  known.set(parent, now);
}

/** The parts of an element that carry data-part, by its value; looked up once. */
export function partsOf(element) {
  let parts = element.parts;
  if (!parts) {
    parts = {};
    for (const part of element.querySelectorAll('[data-part]')) {
      parts[part.dataset.part] = part;
    }
    element.parts = parts;
  }
  return parts;
}
