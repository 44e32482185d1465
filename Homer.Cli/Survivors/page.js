// Fills the head of the page, and handles pointer, mouse and keyboard events.
const say = (id, text) => { document.getElementById(id).textContent = text; };

{
  const style = element('style');
  // The colours of the heights lie between two colours that the colour scheme sets.
  style.textContent = data.heights.map((_, height) => {
    const share = kept > 1 ? Math.round(100 * height / (kept - 1)) : 0;
    return `:root{--h${height}:color-mix(in oklab,var(--low),var(--high) ${share}%)}`
      + `.h${height}{background:var(--h${height});color:color-mix(in oklab,var(--quiet),var(--ink) ${Math.min(100, share + 25)}%)}rect.h${height}{fill:var(--h${height})}`;
  }).join('\n');
  document.head.append(style);

  say('document', data.document);
  say('question', visible(data.question));
  say('answer', visible(data.answer ?? ''));
  for (const source of data.sources) {
    const item = element('li'), go = element('button', '', `${visible(source.file)}:${number(source.line)}`);
    go.title = 'Show the passage in the text';
    go.onclick = () => goToToken(source.first);
    item.append(go, element('q', '', visible(source.text)));
    document.getElementById('sources').append(item);
  }
  for (const [label, value] of data.figures) {
    const pair = element('div');
    pair.append(element('dt', '', label), element('dd', '', value));
    document.getElementById('figures').append(pair);
  }

  const legend = document.getElementById('legend');
  legend.append(element('span', 'title', 'dropped at height'));
  for (let height = 0; height < kept; height++) {
    const entry = element('span', 'entry');
    entry.title = `${plural(tally[height], 'token')} dropped at height ${height}, after attention in layer ${data.heights[height][1] - 1}`;
    entry.append(element('b', 'h' + height, height), element('span', '', number(tally[height])));
    legend.append(entry);
  }
  const entry = element('span', 'entry');
  entry.append(element('mark', '', 'kept'), element('span', '', number(tally[kept])));
  legend.append(entry);
  say('passages', plural(passages.length, 'kept passage'));
}

// Handles at most one event in each frame: the latest.
function listen(target, types, work) {
  let latest = null;
  for (const type of types.split(' ')) {
    target.addEventListener(type, event => {
      if (!latest) requestAnimationFrame(() => { const due = latest; latest = null; work(due); });
      latest = event;
    }, { passive: true });
  }
}

listen(textPane, 'pointermove pointerleave', event => {
  const token = event.type === 'pointermove' ? tokenAt(event.clientX, event.clientY) : -1;
  if (token < 0) hideTip(); else showToken(token);
});
listen(textPane, 'scroll', () => {
  followText();
  const shown = current;
  hideTip();
  if (shown >= 0 && inView(shown)) showToken(shown);
});
textPane.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (by && count) {
    const next = current < 0 ? Math.ceil(firstVisible()) : current + by;
    if (next >= 0 && next < count) keepInView(next);
    event.preventDefault();
  }
});

function keepInView(token) {
  if (!inView(token)) scrollToToken(token);
  showToken(token);
}

document.getElementById('previous').onclick = () => step(-1);
document.getElementById('next').onclick = () => step(1);
addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'n') step(1);
  if (event.key === 'p') step(-1);
  if (event.key === 'Escape') { hideTip(); if (chosen) choose(null); }
});

const place = event => {
  const area = chart.getBoundingClientRect();
  return [event.clientX - area.left, event.clientY - area.top];
};
listen(chart, 'pointermove pointerleave', event => {
  if (event.type === 'pointerleave') { hideTip(); return; }
  const [x, y] = place(event), node = nodeAt(x, y);
  chart.style.cursor = node || (y >= head && x >= axis - 4) ? 'pointer' : '';
  if (node) showNode(node, event.clientX + 12, event.clientY + 12); else hideTip();
});
chart.addEventListener('click', event => {
  const [x, y] = place(event), node = nodeAt(x, y);
  if (node) choose(node);
  else if (y >= head && count) scrollToToken(Math.min(count - 1, Math.floor(tokenOf(y))));
});
chart.addEventListener('dblclick', event => {
  const node = nodeAt(...place(event));
  if (node) zoomTo(zoomed() && node.start <= from && node.end >= to ? root : node);
});
chart.addEventListener('keydown', event => {
  const level = levels[focused.height];
  const next = {
    ArrowUp: level[focused.place - 1], ArrowDown: level[focused.place + 1], ArrowRight: focused.parent, ArrowLeft: focused.children[0],
  };
  if (event.key === 'Enter') choose(focused);
  else if (event.key === 'z') zoomTo(zoomed() ? root : focused);
  else if (event.key in next) focused = next[event.key] ?? focused;
  else return;
  event.preventDefault();
  if (focused.end <= from || focused.start >= to) zoomTo(root); else draw();
  const area = chart.getBoundingClientRect();
  showNode(focused, area.left + xOf(focused.height) + 8, area.top + Math.max(head, yOf(focused.start)));
});
for (const change of ['focus', 'blur']) chart.addEventListener(change, () => { hideTip(); draw(); });

new ResizeObserver(draw).observe(chart);
labelZoom();
const linked = /^#t(\d+)$/.exec(location.hash);
// Without a link the page opens where the answer comes from, or else at the first token that was kept.
const opened = linked && +linked[1] < count ? +linked[1] : data.opening ?? -1;
// A timer, since a page that is opened in the background, or in a busy machine's browser without a window, may get no frame.
if (opened >= 0) setTimeout(() => goToToken(opened));
