/** What a filter of MQTT matches: asked for subscriptions and for retained values. */

/**
 * MQTT 3.1.1 §4.7: `+` is one level, `#` is all that follow and the parent; wildcards never match a
 * `$` topic.
 */
export function filterMatches(filter: string, topic: string): boolean {
  if (filter === topic) return true;
  if (topic.startsWith('$') && (filter.startsWith('+') || filter.startsWith('#'))) return false;
  let f = 0;
  let t = 0;
  for (;;) {
    const fEnd = levelEnd(filter, f);
    if (filter.charCodeAt(f) === HASH && fEnd === f + 1) return true;
    const tEnd = levelEnd(topic, t);
    const isAny = filter.charCodeAt(f) === PLUS && fEnd === f + 1;
    if (!isAny && filter.slice(f, fEnd) !== topic.slice(t, tEnd)) return false;
    if (fEnd === filter.length) return tEnd === topic.length;
    if (tEnd === topic.length) return filter.slice(fEnd) === '/#';
    f = fEnd + 1;
    t = tEnd + 1;
  }
}

const HASH = 35;
const PLUS = 43;

function levelEnd(text: string, from: number): number {
  const at = text.indexOf('/', from);
  return at === -1 ? text.length : at;
}
