// How numbers, times and names are written.

const whole = new Intl.NumberFormat('en');
const decimal = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' });

export const NONE = '–';

export const count = (n) => whole.format(n);
export const number = (n) => decimal.format(n);

/** A length of time that is told in milliseconds. */
export function span(ms) {
  if (ms === null || ms === undefined) {
    return NONE;
  }
  if (ms < 1) {
    return ms === 0 ? '0 ms' : '< 1 ms';
  }
  if (ms < 1000) {
    return `${Math.round(ms)} ms`;
  }
  const s = ms / 1000;
  if (s < 60) {
    return `${s < 10 ? s.toFixed(1) : Math.round(s)} s`;
  }
  const minutes = Math.floor(s / 60);
  if (minutes < 60) {
    return `${minutes} min ${Math.floor(s % 60)} s`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** The server's clock may be another than this machine's: ages are told by the server's. */
let ahead = 0;
export const serverTime = (at) => {
  ahead = Date.parse(at) - Date.now();
};
export const serverNow = () => Date.now() + ahead;
export const since = (time) => Math.max(0, serverNow() - Date.parse(time));

export function when(time) {
  if (!time) {
    return NONE;
  }
  const at = new Date(time);
  return Math.abs(Date.now() - at) < 12 * 3600e3 ? clock.format(at) : day.format(at);
}

export const words = (name) => name.replaceAll('_', ' ');

export function bytes(n) {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let unit = 0;
  let value = n;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${decimal.format(value)} ${units[unit]}`;
}

export const percent = (share) => `${decimal.format(100 * share)} %`;
