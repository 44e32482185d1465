// Shows the text: a block for each leaf, a span for each run of tokens of one state inside or outside of a source, and a highlight for the token under the pointer.
const textPane = document.getElementById('text');
const tip = document.getElementById('tip');
const blocks = [];
const runs = [];
let current = -1;

{
  const all = document.createDocumentFragment();
  for (const leaf of leaves) {
    const block = element('div', 'leaf'), words = element('p', 'words');
    words.dir = 'auto';
    block.append(element('div', 'place', number(leaf.start)), words);
    for (let i = leaf.start, end; i < leaf.end; i = end) {
      for (end = i + 1; end < leaf.end && states[end] === states[i] && isSource[end] === isSource[i];) end++;
      if (offsets[end] === offsets[i]) continue;
      const run = element(states[i] === kept ? 'mark' : 'span', 'h' + states[i] + (isSource[i] ? ' source' : ''), visible(data.text.slice(offsets[i], offsets[end])));
      run.first = i;
      runs.push(run);
      words.append(run);
    }
    // Blocks outside the screen are not laid out; this is an estimate of their height.
    block.style.containIntrinsicBlockSize = `auto ${10 + 28 * Math.ceil((offsets[leaf.end] - offsets[leaf.start]) / 70)}px`;
    blocks.push(block);
    all.append(block);
  }
  textPane.append(all);
}

// Returns the range of a token's characters; a token without text has an empty range before the next character.
function rangeOf(token) {
  if (!runs.length) return null;
  const run = runs[lastUpTo(runs.length, i => runs[i].first, token)], base = offsets[run.first], size = run.firstChild.length, range = document.createRange();
  range.setStart(run.firstChild, Math.min(size, offsets[token] - base));
  range.setEnd(run.firstChild, Math.min(size, offsets[token + 1] - base));
  return range;
}

function tokenAt(x, y) {
  let node, offset;
  if (document.caretPositionFromPoint) ({ offsetNode: node, offset } = document.caretPositionFromPoint(x, y) ?? {});
  else ({ startContainer: node, startOffset: offset } = document.caretRangeFromPoint(x, y) ?? {});
  const run = node?.parentElement;
  if (run?.first === undefined) return -1;
  for (const at of [offset, offset - 1]) {
    if (at < 0 || at >= node.length) continue;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    for (const box of range.getClientRects())
      if (x >= box.left && x <= box.right && y >= box.top - 4 && y <= box.bottom + 4) return lastUpTo(count, i => offsets[i], offsets[run.first] + at);
  }
  return -1;
}

function fate(token) {
  const state = states[token];
  return state === kept ? 'Kept to the end' : `Dropped at height ${state}, layer ${data.heights[state][1] - 1}`;
}

function showTip(title, lines, x, y, height = 0) {
  tip.replaceChildren(element('strong', '', title), ...lines.map(line => element('div', '', line)));
  tip.hidden = false;
  const { width, height: tall } = tip.getBoundingClientRect();
  tip.style.left = Math.max(8, Math.min(x, innerWidth - width - 8)) + 'px';
  tip.style.top = (y + height + tall + 16 < innerHeight ? y + height + 8 : Math.max(8, y - tall - 8)) + 'px';
}

function hideTip() {
  tip.hidden = true;
  current = -1;
  CSS.highlights?.delete('token');
}

function showToken(token) {
  if (token === current) return;
  const range = rangeOf(token);
  if (!range) return;
  current = token;
  if (window.Highlight) CSS.highlights.set('token', new Highlight(range));
  const box = range.getClientRects()[0] ?? range.getBoundingClientRect();
  const leaf = leafOf(token);
  const lines = [`token ${number(token)} of ${number(count)}`, `position ${number(data.prefix + token - leaf.start)} in leaf ${leaf.place}`];
  if (offsets[token] === offsets[token + 1]) lines.push('part of the character that follows');
  showTip(fate(token), lines, box.left, box.top, box.height);
}

function scrollToToken(token) {
  const range = rangeOf(token);
  if (!range) return;
  const box = range.getBoundingClientRect(), pane = textPane.getBoundingClientRect();
  textPane.scrollBy(0, box.top - pane.top - pane.height / 3);
}

function inView(token) {
  const box = rangeOf(token).getBoundingClientRect(), pane = textPane.getBoundingClientRect();
  return box.top >= pane.top && box.bottom <= pane.bottom;
}

function goToToken(token) {
  scrollToToken(token);
  showToken(token);
}

// Moves to the kept passage before or after the last one shown, or else before or after the text on screen.
let passage = -1;
function step(by) {
  if (!passages.length) return;
  if (passage < 0) {
    const at = firstVisible();
    passage = passages.findIndex(start => start >= at);
    if (passage < 0) passage = by > 0 ? 0 : passages.length - 1;
    else if (by < 0) passage = Math.max(0, passage - 1);
  } else {
    passage = (passage + by + passages.length) % passages.length;
  }
  document.getElementById('passages').textContent = `kept passage ${number(passage + 1)} of ${number(passages.length)}`;
  goToToken(passages[passage]);
}

function chooseBlocks(node) {
  blocks.forEach((block, i) => block.classList.toggle('chosen', node !== null && leaves[i].start >= node.start && leaves[i].end <= node.end));
  if (node === null) return;
  textPane.scrollTop = blocks[leafOf(node.start).place].offsetTop - 12;
}

// Returns the token, with a fraction, at a height of the text, interpolated within its block.
function tokenAtHeight(top) {
  const i = lastUpTo(blocks.length, i => blocks[i].offsetTop, top), leaf = leaves[i], block = blocks[i];
  const share = Math.min(1, Math.max(0, (top - block.offsetTop) / block.offsetHeight));
  return leaf.start + share * (leaf.end - leaf.start);
}
const firstVisible = () => tokenAtHeight(textPane.scrollTop);
const lastVisible = () => tokenAtHeight(textPane.scrollTop + textPane.clientHeight);
