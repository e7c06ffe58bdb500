// Columns over time, as SVG that is made once and then only changed.

const SVG = 'http://www.w3.org/2000/svg';
const HEIGHT = 40;
const WIDTH = 0.78;

/** Draws layers of numbers, one upon the other: [{values, cls}], all of the same length. */
export function columns(svg, layers, label) {
  const steps = layers[0].values.length;
  const tops = layers[0].values.map((_, i) => layers.reduce((sum, layer) => sum + layer.values[i], 0));
  const most = Math.max(...tops, 0);
  if (svg.childElementCount !== steps * layers.length) {
    make(svg, layers, steps);
  }
  let at = 0;
  const base = new Array(steps).fill(0);
  for (const layer of layers) {
    for (let i = 0; i < steps; i += 1) {
      const height = most > 0 ? (HEIGHT * layer.values[i]) / most : 0;
      const rect = svg.children[at];
      set(rect, 'y', (HEIGHT - base[i] - height).toFixed(2));
      set(rect, 'height', height.toFixed(2));
      base[i] += height;
      at += 1;
    }
  }
  set(svg, 'aria-label', label);
  return most;
}

function make(svg, layers, steps) {
  svg.replaceChildren();
  svg.setAttribute('viewBox', `0 0 ${steps} ${HEIGHT}`);
  for (const layer of layers) {
    for (let i = 0; i < steps; i += 1) {
      const rect = document.createElementNS(SVG, 'rect');
      rect.setAttribute('x', String(i + (1 - WIDTH) / 2));
      rect.setAttribute('width', String(WIDTH));
      rect.setAttribute('class', layer.cls);
      svg.append(rect);
    }
  }
}

function set(element, name, value) {
  if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}
