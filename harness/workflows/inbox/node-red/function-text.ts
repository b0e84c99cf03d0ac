/**
 * What a function node of Node-RED does for one rule: it keeps, device by device, how far the rule
 * is, and hands on a message where an alarm is raised or cleared. It stands alone: a flow is a file
 * that somebody carries elsewhere.
 */
import type { RulePlan, TermPlan } from '#kernel';
import { javascriptOf } from './javascript.ts';

const OF_SIGNALS: readonly string[] = ['mean', 'min', 'max', 'sum', 'rise'];

/** `topic`: where its alarms go. */
export function functionText(rule: RulePlan, topic: string): string {
  const { name, of, when, clear, forMs, clearForMs, terms } = rule;
  const past = {
    overMs: Math.max(0, ...terms.map(({ overMs }) => overMs)),
    last: Math.max(1, ...terms.map(({ last }) => last)),
  };
  return [
    `// The rule ${name}, made of a scenario by \`twinstorm rules-flow\`.`,
    `const RULE = ${JSON.stringify({ name, of, forMs, clearForMs, past })};`,
    `const TOPIC = ${JSON.stringify(`${topic}/${name}`)};`,
    `const when = (v) => ${javascriptOf(when)};`,
    `const clear = (v) => ${javascriptOf(clear)};`,
    `const TERMS = [${terms.map(termText).join(', ')}];`,
    BODY,
  ].join('\n');
}

function termText({ name, does, what, overMs, last }: TermPlan): string {
  const isOfSignal = OF_SIGNALS.includes(does);
  const of = isOfSignal
    ? `signal: ${JSON.stringify(what[0] ?? '')}`
    : `says: [${what.map((text) => `(v) => ${javascriptOf(text)}`).join(', ')}]`;
  const spans = `overMs: ${overMs}, last: ${last}`;
  return `{ name: '${name}', does: '${does}', ${of}, ${spans} }`;
}

const BODY = `
// What a reading lacks is undefined, and so is whatever speaks of it, but for what is so anyhow.
const known = (op) => (...all) => (all.includes(undefined) ? undefined : op(...all));
const lt = known((a, b) => a < b), le = known((a, b) => a <= b);
const gt = known((a, b) => a > b), ge = known((a, b) => a >= b);
const eq = known((a, b) => a === b), ne = known((a, b) => a !== b);
const add = known((a, b) => a + b), sub = known((a, b) => a - b);
const mul = known((a, b) => a * b), div = known((a, b) => a / b);
const neg = known((a) => -a), not = known((a) => !a);
const and = (a, b) => (a === false || b === false ? false : a && b);
const or = (a, b) => (a === true || b === true ? true : a === undefined ? a : b);
const pick = (is, a, b) => (is === undefined ? is : is ? a : b);

/** What a name of the rule comes to, by the readings up to this one; undefined for nothing. */
function cameTo(term, past) {
  const now = past[past.length - 1].at;
  const recent = term.last > 0 ? past.slice(-term.last) : past;
  const own = term.overMs > 0 ? recent.filter((one) => one.at > now - term.overMs) : recent;
  if (term.signal !== undefined) return ofSignal(term.does, term.signal, own);
  if (term.does === 'steps') {
    let done = 0;
    const end = term.says.length - 1;
    for (const one of own.slice(0, -1)) if (done < end && term.says[done](one.v) === true) done++;
    return done === end && term.says[end](own[own.length - 1].v) === true ? 1 : 0;
  }
  const yes = own.filter((one) => term.says[0](one.v) === true);
  if (term.does === 'count') return yes.length;
  if (term.does === 'share') return yes.length / own.length;
  return yes.length === 0 ? undefined : (now - yes[yes.length - 1].at) / 1000;
}

function ofSignal(does, signal, own) {
  const having = own.filter((one) => one.v[signal] !== undefined);
  const values = having.map((one) => one.v[signal]);
  const sum = values.reduce((all, one) => all + one, 0);
  if (does === 'sum') return sum;
  if (having.length === 0) return undefined;
  if (does === 'mean') return sum / values.length;
  if (does === 'min') return Math.min(...values);
  if (does === 'max') return Math.max(...values);
  const first = having[0], last = having[having.length - 1];
  const took = (last.at - first.at) / 1000;
  return took > 0 ? (last.v[signal] - first.v[signal]) / took : undefined;
}

// tw/RUN/LANE/DEVICE…/STREAM
const levels = String(msg.topic).split('/');
const run = levels[1], device = levels.slice(3, -1).join('/');
const isMine = RULE.of === '' || (device + '/').startsWith(RULE.of + '/');
if (levels[levels.length - 1] !== 'telemetry' || !isMine) return null;

let said;
try { said = JSON.parse(msg.payload); } catch { return null; }
if (said === null || typeof said !== 'object') return null;
const v = Object.create(null);
for (const [name, value] of Object.entries(said.v ?? {})) {
  if (typeof value === 'number') v[name] = value;
}
const at = Math.round(v.stamp ?? said.t);

// A new run begins anew.
let all = context.get('all');
if (all === undefined || all.run !== run) {
  all = { run, devices: new Map() };
  context.set('all', all);
}
let own = all.devices.get(device);
if (own === undefined) {
  own = { last: -1, past: [], since: null, over: null, alarm: null };
  all.devices.set(device, own);
}
// The same once more, or one that came after a later one, changes nothing.
if (!(at > own.last)) return null;
own.last = at;

own.past.push({ at, v });
const kept = (one, place) =>
  one.at > at - RULE.past.overMs || place >= own.past.length - RULE.past.last;
own.past = own.past.filter(kept);
const facts = Object.assign(Object.create(null), v);
for (const term of TERMS) facts[term.name] = cameTo(term, own.past);

const alarm = (what, since) => ({
  topic: TOPIC,
  payload: JSON.stringify({ rule: RULE.name, subject: device, what, since, at }),
});
if (own.alarm === null) {
  if (when(facts) !== true) {
    own.since = null;
    return null;
  }
  own.since ??= at;
  if (at - own.since < RULE.forMs) return null;
  own.alarm = own.since;
  own.over = null;
  return alarm('raised', own.alarm);
}
if (clear(facts) !== true) {
  own.over = null;
  return null;
}
own.over ??= at;
if (at - own.over < RULE.clearForMs) return null;
const since = own.alarm;
Object.assign(own, { alarm: null, since: null, over: null });
return alarm('cleared', since);
`;
