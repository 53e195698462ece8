// The ground that the other scripts stand on: the data, colours of the theme, and texts.
// These files are joined in one strict function (see ../libraries.ts) and run in the reader's browser.

const report = JSON.parse(document.getElementById("report-data").textContent);
const STANCES = ["range", "accumulate", "reduce", "halt", "hold"];
const SANS = '"Inter", ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

/** A colour of the page's theme by its custom property. */
function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** `#rrggbb` with an opacity of 0 to 1. */
function faded(hex, opacity) {
  const value = Number.parseInt(hex.slice(1), 16);
  return `rgba(${value >> 16}, ${(value >> 8) & 255}, ${value & 255}, ${opacity})`;
}

/** The theme's colours, read once for each drawing. */
function palette() {
  const names = ["ink", "muted", "line", "panel", "up", "down", "accent", "hold-line", ...STANCES.map((name) => `stance-${name}`)];
  return Object.fromEntries(names.map((name) => [name, colour(name)]));
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** Formats by their number of digits: to make one takes longer than to use it a hundred times. */
const formats = new Map();

function number(value, digits) {
  let format = formats.get(digits);
  if (format === undefined) {
    format = new Intl.NumberFormat("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(digits, format);
  }
  return format.format(value).replace("-", "−");
}

function signedNumber(value, digits) {
  return (value > 0 ? "+" : "") + number(value, digits);
}

/** Epoch milliseconds as text, UTC. */
function moment(time) {
  return new Date(time).toISOString().slice(0, 16).replace("T", " ");
}

/** The last entry of a list of [bar, ...] whose bar is at or before `bar`, or null. */
function inForce(entries, bar) {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entries[middle][0] <= bar) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : entries[low - 1];
}

/** Calls `each(entry, from, to)` for the entries of [bar, ...] that are in force between two bars. */
function eachInForce(entries, first, last, end, each) {
  let index = 0;
  let high = entries.length;
  while (index < high) {
    const middle = (index + high) >>> 1;
    if (entries[middle][0] <= first) index = middle + 1;
    else high = middle;
  }
  for (index = Math.max(0, index - 1); index < entries.length; index += 1) {
    const entry = entries[index];
    if (entry[0] > last) return;
    each(entry, entry[0], index + 1 < entries.length ? entries[index + 1][0] : end);
  }
}
