// Draws the tree: a column for each height, a cell for each chunk, as tall as its share of the document; at the left, the survivors.
const chart = document.getElementById('chart');
const zoomButton = document.getElementById('zoom');
const axis = 52, strip = 26, head = 40, foot = 4;
let width = 0, tall = 0, from = 0, to = Math.max(1, count), chosen = null, focused = root;

const yOf = token => head + (token - from) / (to - from) * (tall - head - foot);
const tokenOf = y => Math.max(from, Math.min(to, from + (y - head) / (tall - head - foot) * (to - from)));
const columnWidth = () => (width - axis - strip - 10) / levels.length;
const xOf = height => axis + strip + 10 + height * columnWidth();

function shape(tag, attributes, text) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const name in attributes) made.setAttribute(name, attributes[name]);
  if (text !== undefined) made.textContent = text;
  chart.append(made);
  return made;
}

function box(className, x, y, w, h, token) {
  return shape('rect', { class: className, x: x.toFixed(2), y: y.toFixed(2), width: Math.max(0, w).toFixed(2), height: Math.max(token ? 1.5 : 0, h).toFixed(2) });
}

function draw() {
  width = chart.clientWidth;
  tall = chart.clientHeight;
  chart.replaceChildren();
  chart.setAttribute('viewBox', `0 0 ${width} ${tall}`);
  drawAxis();
  levels.forEach(drawLevel);
  drawStrip();
  frame('focus', focused, document.activeElement === chart);
  frame('chosen', chosen, chosen !== null);
  shape('rect', { id: 'window', x: axis - 4, width: strip + 8, rx: 3 });
  followText();
}

function drawAxis() {
  const steps = Math.max(2, Math.floor((tall - head) / 56)), rough = (to - from) / steps, power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const interval = [1, 2, 5, 10].map(n => n * power).find(n => n >= rough) ?? 1;
  for (let token = Math.ceil(from / interval) * interval; token <= to; token += interval) {
    const y = yOf(token);
    shape('line', { class: 'tick', x1: axis - 6, x2: axis - 1, y1: y, y2: y });
    shape('text', { class: 'small', x: axis - 9, y: Math.min(tall - 2, y + 4), 'text-anchor': 'end' }, short(token));
  }
  shape('text', { class: 'small', x: axis - 9, y: 16, 'text-anchor': 'end' }, 'token');
  shape('text', { class: 'small', x: axis + strip / 2, y: 16, 'text-anchor': 'middle' }, 'kept');
}

function drawLevel(nodes, height) {
  const x = xOf(height), w = columnWidth() - 2;
  shape('text', { class: 'level', x: x + w / 2, y: 16, 'text-anchor': 'middle' }, w > 58 ? `height ${height}` : height);
  if (w > 26) {
    const [first, end] = data.heights[height], range = end - first > 1 ? `${first}–${end - 1}` : first;
    shape('text', { class: 'small', x: x + w / 2, y: 31, 'text-anchor': 'middle' }, w > 66 ? layersOf(height) : `L ${range}`);
  }
  for (const node of nodes) {
    if (node.end < from || node.start > to) continue;
    const top = Math.max(head, yOf(node.start)), bottom = Math.min(tall - foot, yOf(node.end)), gap = bottom - top > 4 ? 1 : 0;
    box('h' + height, x, top, w, bottom - top - gap);
    if (survivors[node.end] > survivors[node.start]) box('survivor', x, top, 3, bottom - top - gap);
    const label = node.left < node.length ? `${node.length}→${node.left}` : `${node.length}`;
    const room = label.length * 7 + 6, cx = x + w / 2 + 1.5, cy = (top + bottom) / 2;
    if (bottom - top > 15 && w > room)
      shape('text', { x: cx, y: cy + 3.5, 'text-anchor': 'middle' }, label);
    else if (bottom - top > room && w > 18)
      shape('text', { x: cx + 3.5, y: cy, 'text-anchor': 'middle', transform: `rotate(-90 ${cx + 3.5} ${cy})` }, label);
  }
}

function drawStrip() {
  box('strip', axis, head, strip, tall - head - foot);
  for (const start of passages) {
    let end = start;
    while (end < count && states[end] === kept) end++;
    if (end >= from && start <= to) box('survivor', axis, Math.max(head, yOf(start)), strip, yOf(end) - Math.max(head, yOf(start)), true);
  }
}

function frame(id, node, shown) {
  if (!shown || node.end < from || node.start > to) return;
  const top = Math.max(head, yOf(node.start)), bottom = Math.min(tall - foot, yOf(node.end));
  shape('rect', { id, x: xOf(node.height) - 1, y: top - 1.5, width: columnWidth(), height: Math.max(3, bottom - top + 2), rx: 2 });
}

// Marks the part of the document that is on screen.
function followText() {
  const mark = document.getElementById('window');
  if (!mark || !count) return;
  const top = Math.max(head, yOf(firstVisible())), bottom = Math.min(tall - foot, yOf(lastVisible()));
  mark.setAttribute('y', (top - 2).toFixed(1));
  mark.setAttribute('height', Math.max(0, bottom - top + 4).toFixed(1));
}

function nodeAt(x, y) {
  const height = Math.floor((x - xOf(0)) / columnWidth());
  if (y < head || height < 0 || height >= levels.length) return null;
  const nodes = levels[height];
  return nodes[lastUpTo(nodes.length, i => nodes[i].start, tokenOf(y))];
}

function showNode(node, x, y) {
  const here = survivors[node.end] - survivors[node.start], level = levels[node.height];
  showTip(
    node.height === 0 ? `Leaf ${node.place} of ${level.length}` : node === root ? 'Root' : `Height ${node.height}, chunk ${node.place} of ${level.length}`,
    [
      `tokens ${number(node.start)} to ${number(Math.max(node.start, node.end - 1))} of the document`,
      node.left < node.length ? `${number(node.length)} tokens with affixes, pruned to ${number(node.left)}` : `${number(node.length)} tokens with affixes, none pruned`,
      `runs ${layersOf(node.height)}`,
      here ? `${number(here)} of its tokens were kept` : 'nothing of it was kept',
    ], x, y);
}

function choose(node) {
  chosen = chosen === node ? null : node;
  if (node) focused = node;
  chooseBlocks(chosen);
  labelZoom();
  draw();
}

const zoomed = () => from > 0 || to < count;
function labelZoom() {
  const wanted = chosen && (chosen.start !== from || chosen.end !== to) && chosen !== root;
  zoomButton.textContent = wanted ? 'Zoom in on chunk' : zoomed() ? 'Whole document' : 'Zoom in';
  zoomButton.disabled = !wanted && !zoomed();
  zoomButton.title = zoomButton.disabled ? 'Choose a chunk first' : '';
  zoomButton.onclick = () => zoomTo(wanted ? chosen : root);
}

function zoomTo(node) {
  from = node.start;
  to = Math.max(node.start + 1, node.end);
  labelZoom();
  draw();
}
