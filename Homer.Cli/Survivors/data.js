'use strict';
// Unpacks the data of the page: offsets and states of the tokens, and the chunks of the tree.
const data = JSON.parse(document.getElementById('data').textContent);
const count = data.lengths.length;
const kept = data.heights.length;

const offsets = new Uint32Array(count + 1);
for (let i = 0; i < count; i++) offsets[i + 1] = offsets[i] + data.lengths[i];

const states = new Uint16Array(count);
for (let i = 0, token = 0; i < data.states.length; i += 2) states.fill(data.states[i], token, token += data.states[i + 1]);

// Whether each token is part of a passage that the answer rests on.
const isSource = new Uint8Array(count);
for (const source of data.sources) isSource.fill(1, source.first, source.end);

// The number of survivors before each token: a range of tokens holds survivors if the numbers at its ends differ.
const survivors = new Uint32Array(count + 1);
const tally = new Array(kept + 1).fill(0);
for (let i = 0; i < count; i++) {
  survivors[i + 1] = survivors[i] + (states[i] === kept ? 1 : 0);
  tally[states[i]]++;
}

const passages = [];
for (let i = 0; i < count; i++) if (states[i] === kept && (i === 0 || states[i - 1] !== kept)) passages.push(i);

const levels = data.heights.map(() => []);
{
  const roots = [];
  let end = 0;
  for (const [height, span, length, left] of data.nodes) {
    const children = [];
    const start = height === 0 ? end : end - span;
    while (roots.length && height > 0 && roots.at(-1).start >= start && roots.at(-1).height < height) children.unshift(roots.pop());
    if (height === 0) end += span;
    const node = { height, start, end, length, left, children, place: levels[height].length };
    for (const child of children) child.parent = node;
    roots.push(node);
    levels[height].push(node);
  }
}
const leaves = levels[0];
const root = levels.at(-1)[0];

const number = value => value.toLocaleString('en');
const short = value => count < 100000 ? number(value) : value.toLocaleString('en', { notation: 'compact', maximumFractionDigits: 2 }).toLowerCase();
const plural = (value, one) => `${number(value)} ${one}${value === 1 ? '' : 's'}`;
const layersOf = height => {
  const [first, end] = data.heights[height];
  return end - first === 1 ? `layer ${first}` : `layers ${first}–${end - 1}`;
};

// Returns the last i below length with valueAt(i) <= value; values are in ascending order.
function lastUpTo(length, valueAt, value) {
  let low = 0, high = length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (valueAt(middle) <= value) low = middle; else high = middle;
  }
  return low;
}

const leafOf = token => leaves[lastUpTo(leaves.length, i => leaves[i].start, token)];

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// Replaces each control character, and each that changes the direction of text, by one visible character.
const visible = text => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
  c => c === '\r' ? '\u200b' : c < ' ' ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : '\u25af');
