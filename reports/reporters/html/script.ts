/**
 * The page's only script. It adds what a still page cannot do: a crosshair with values, the names
 * of the faults under it, marking an instant from the address (`#t=12345`), the theme
 * (`#theme=dark`) and copying the replay line. Texts go in as text nodes, never as markup. Without
 * it the page lacks nothing but these.
 */
export const SCRIPT = `(() => {
'use strict';
const at = (id) => document.getElementById(id);
const root = document.documentElement;
const data = JSON.parse(at('data').textContent);
const { from, to } = data.span;
const stack = at('stack'), cursor = at('cursor'), tip = at('tip'), marked = at('marked');
const over = stack.querySelector('.over');
const outputs = [...stack.querySelectorAll('output')].map((output) => ({ output, series: data.series[Number(output.dataset.series)], idle: output.textContent }));
const instant = (ms) => (ms / 1000).toFixed(3) + ' s';
const count = (value) => String(Math.round(value * 100) / 100).replace(/\\B(?=(\\d{3})+(?!\\d))(?<!\\.\\d*)/g, ',');
const span = (ms) => ms < 10 ? Number(ms.toPrecision(2)) + ' ms' : ms < 999.5 ? Math.round(ms) + ' ms' : Number((ms / 1000).toPrecision(4)) + ' s';
const said = (value, unit) => value === null || value === undefined ? '\\u2013' : unit === 'ms' ? span(value) : count(value);
const clampT = (t) => Math.min(to, Math.max(from, t));
const left = (t) => ((clampT(t) - from) / (to - from)) * 100 + '%';

let calm = false;
let now = null;
function show(t) {
  now = clampT(t);
  cursor.hidden = tip.hidden = false;
  cursor.style.left = left(now);
  for (const { output, series } of outputs)
    output.textContent = said(series.values[Math.floor((now - series.t0) / series.step)], series.unit);
  const phase = data.phases.find((one) => now >= one.from && now < one.to);
  const line = (text, colour) => {
    const p = document.createElement('p');
    if (colour !== undefined) {
      const swatch = document.createElement('i');
      swatch.className = 'swatch f' + colour;
      p.append(swatch);
    }
    p.append(text);
    return p;
  };
  tip.replaceChildren(line(instant(now) + (phase ? ' \\u00b7 ' + phase.name : '')), ...data.faults.filter((one) => now >= one.from && now <= one.to).map((one) => line(one.label, one.colour)));
  const right = now > (from + to) / 2;
  tip.style.left = right ? 'auto' : 'calc(' + left(now) + ' + 12px)';
  tip.style.right = right ? 'calc(' + (100 - parseFloat(left(now))) + '% + 12px)' : 'auto';
  const box = over.getBoundingClientRect();
  tip.style.top = Math.min(Math.max(0, 70 - box.top), Math.max(0, box.height - 60)) + 'px';
}
function hide() {
  now = null;
  cursor.hidden = tip.hidden = true;
  for (const { output, idle } of outputs) output.textContent = idle;
}
function follow(event) {
  const box = over.getBoundingClientRect();
  const share = (event.clientX - box.left) / box.width;
  if (share < -0.02 || share > 1.02) hide();
  else show(from + share * (to - from));
}
stack.addEventListener('pointermove', follow);
stack.addEventListener('pointerdown', follow);
stack.addEventListener('pointerleave', hide);
stack.addEventListener('blur', hide);
stack.addEventListener('keydown', (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (event.key === 'Escape') hide();
  if (step === undefined) return;
  event.preventDefault();
  const width = data.series.length > 0 ? data.series[0].step : (to - from) / 100;
  show((now === null ? (from + to) / 2 : now) + step * width);
});

function mark(t, scroll) {
  for (const old of over.querySelectorAll('.instant.on')) old.classList.remove('on');
  let line = document.getElementById('t=' + t);
  if (line === null) {
    line = document.createElement('i');
    line.className = 'instant';
    line.id = 't=' + t;
    line.style.left = left(t);
    over.append(line);
  }
  line.classList.add('on');
  const clear = document.createElement('a');
  clear.href = '#timeline';
  clear.textContent = 'clear';
  marked.replaceChildren('Marked: ' + instant(t) + ' \\u00b7 ', clear);
  marked.hidden = false;
  if (scroll) at('timeline').scrollIntoView({ block: 'start', behavior: calm ? 'auto' : 'instant' });
}
function unmark() {
  for (const old of over.querySelectorAll('.instant.on')) old.classList.remove('on');
  marked.hidden = true;
}
function theme(name) {
  root.dataset.theme = name;
}
function readAddress() {
  const wish = new URLSearchParams(location.hash.slice(1));
  const t = wish.get('t');
  if (t !== null && t !== '' && Number.isFinite(Number(t))) mark(Number(t), true);
  else unmark();
  const name = wish.get('theme');
  if (name === 'dark' || name === 'light') theme(name);
}
try {
  const kept = localStorage.getItem('twinstorm-theme');
  if (kept === 'dark' || kept === 'light') theme(kept);
} catch {}
addEventListener('hashchange', readAddress);
document.addEventListener('click', (event) => {
  const link = event.target.closest && event.target.closest('a.instant-link');
  if (link && link.getAttribute('href') === location.hash) readAddress();
});
readAddress();
calm = true;

const toggle = at('theme');
toggle.hidden = false;
toggle.addEventListener('click', () => {
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  theme(dark ? 'light' : 'dark');
  try {
    localStorage.setItem('twinstorm-theme', root.dataset.theme);
  } catch {}
});

const copy = at('copy');
copy.hidden = false;
copy.addEventListener('click', async () => {
  const code = at('replay');
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch {
    getSelection().selectAllChildren(code);
    document.execCommand('copy');
  }
  copy.textContent = 'Copied';
  setTimeout(() => { copy.textContent = 'Copy'; }, 1500);
});
addEventListener('beforeprint', () => {
  for (const one of document.querySelectorAll('details')) one.open = true;
});
})();`;
