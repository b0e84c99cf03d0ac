/**
 * Observed children and their gateway: the modelled line and the real one, over sockets of this
 * machine, do the same. What only a real one has is tried beside it.
 */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CoapBus, CoapOptions, Notice } from '#devices';
import { ModelledLine } from '../devices/parts/gateway/coap/modelled-line.ts';
import { CoapLine, loadCoap } from '../harness/wire/coap-line.ts';

const coap = await loadCoap();
const CHILD = 7;
const ACKED = 0;
const UNACKED = 1;
const RESOURCES = [
  { path: '/climate', confirmable: true, maxAgeS: 60 },
  { path: '/a/power', confirmable: false, maxAgeS: 5 },
];

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = ({ payload }: { payload: Uint8Array }): string => new TextDecoder().decode(payload);
const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0)) end();
});

/** Numbers that begin again in the middle. */
function counting(from = 2 ** 24 - 3): CoapOptions {
  let next = from;
  return { resourcesOf: () => RESOURCES, seqOf: () => next++ % 2 ** 24 };
}

const LINES: [string, (options: CoapOptions) => CoapBus][] = [
  ['modelled', (options) => new ModelledLine(options, (ms, action) => setTimeout(action, ms / 50))],
  ['real', (options) => new CoapLine(coap, options)],
];

describe.each(LINES)('a %s line', (_, make) => {
  /** What came for a resource, oldest first. */
  function opened() {
    const line = make(counting());
    ended.push(() => line.end());
    line.boot(CHILD);
    RESOURCES.forEach((_, at) => {
      line.put(CHILD, at, bytes(`first of ${at}`));
    });
    const heard = RESOURCES.map((): Notice[] => []);
    const observe = (at: number): void => {
      line.observe(CHILD, at, (notice) => heard[at]?.push(notice));
    };
    const say = (at: number, what: string, fate: 'arrives' | 'lost' | 'held' = 'arrives') => {
      line.put(CHILD, at, bytes(what));
      return line.notify(CHILD, at, fate);
    };
    const has = (at: number, count: number): Promise<void> =>
      vi.waitFor(() => expect(heard[at]).toHaveLength(count), { timeout: 10_000, interval: 5 });
    const said = (at: number): string[] => (heard[at] ?? []).map(text);
    return { line, heard, observe, say, has, said };
  }

  it('answers a registration, and tells what is new from then on', async () => {
    const { line, heard, observe, say, has, said } = opened();
    expect(line.isObserved(CHILD, ACKED)).toBe(false);
    say(ACKED, 'into nothing');
    observe(ACKED);
    observe(UNACKED);
    await Promise.all([has(ACKED, 1), has(UNACKED, 1)]);
    expect(line.isObserved(CHILD, ACKED)).toBe(true);
    for (const what of ['b', 'c']) {
      say(ACKED, what);
      say(UNACKED, what);
    }
    await Promise.all([has(ACKED, 3), has(UNACKED, 3)]);
    expect([said(ACKED), said(UNACKED)]).toEqual([
      ['into nothing', 'b', 'c'],
      ['first of 1', 'b', 'c'],
    ]);
    const kinds = (at: number) =>
      heard[at]?.map(({ code, answers, confirmable }) => ({ code, answers, confirmable }));
    const [answer, acked, unacked] = [
      { code: 205, answers: true, confirmable: false },
      { code: 205, answers: false, confirmable: true },
      { code: 205, answers: false, confirmable: false },
    ];
    expect(kinds(ACKED)).toEqual([answer, acked, acked]);
    expect(kinds(UNACKED)).toEqual([answer, unacked, unacked]);
    const seqs = heard.flat().map(({ seq }) => seq);
    expect(new Set(seqs).size).toBe(6);
    expect(seqs).toContain(0);
  });

  it('loses one and lets another come after its successor', async () => {
    const { heard, observe, say, has, said } = opened();
    observe(UNACKED);
    await has(UNACKED, 1);
    expect(say(UNACKED, 'lost', 'lost')).toBeNull();
    const release = say(UNACKED, 'held', 'held');
    expect(say(UNACKED, 'next')).toBeNull();
    await has(UNACKED, 2);
    release?.();
    await has(UNACKED, 3);
    expect(said(UNACKED)).toEqual(['first of 1', 'next', 'held']);
    const [, next, held] = heard[UNACKED] ?? [];
    expect(((next?.seq ?? 0) - (held?.seq ?? 0) + 2 ** 24) % 2 ** 24).toBe(1);
  });

  it('sends again what was to be acknowledged and was not', async () => {
    const { observe, say, has, said } = opened();
    observe(ACKED);
    await has(ACKED, 1);
    say(ACKED, 'lost at first', 'lost');
    await has(ACKED, 2);
    expect(said(ACKED)).toEqual(['first of 0', 'lost at first']);
  });

  it('hears nothing from one that hangs, and again once it is asked anew', async () => {
    const { line, observe, has, said } = opened();
    observe(UNACKED);
    await has(UNACKED, 1);
    line.hush(CHILD, true);
    observe(ACKED);
    observe(UNACKED);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(said(ACKED)).toEqual([]);
    line.hush(CHILD, false);
    observe(ACKED);
    await has(ACKED, 1);
  });

  it.each([503, 404])('is turned down with %i, and told so where it was observed', async (code) => {
    const { line, heard, observe, say, has } = opened();
    observe(ACKED);
    await has(ACKED, 1);
    line.dismiss(CHILD, ACKED, code);
    line.refuse(CHILD, code);
    await has(ACKED, 2);
    expect(heard[ACKED]?.[1]).toMatchObject({ code, seq: null, answers: false });
    expect(line.isObserved(CHILD, ACKED)).toBe(false);
    observe(ACKED);
    await has(ACKED, 3);
    expect(heard[ACKED]?.[2]).toMatchObject({ code, seq: null, answers: true });
    line.refuse(CHILD, null);
    observe(ACKED);
    await has(ACKED, 4);
    say(ACKED, 'well again');
    await has(ACKED, 5);
  });

  it('is not remembered by a child that comes up again', async () => {
    const { line, observe, say, has, said } = opened();
    observe(ACKED);
    await has(ACKED, 1);
    const release = say(ACKED, 'held', 'held');
    line.boot(CHILD);
    expect(line.isObserved(CHILD, ACKED)).toBe(false);
    release?.();
    say(ACKED, 'to nobody');
    observe(ACKED);
    await has(ACKED, 2);
    say(ACKED, 'to whom it knows');
    await has(ACKED, 3);
    expect(said(ACKED)).toEqual(['first of 0', 'to nobody', 'to whom it knows']);
  });

  it('rejects what comes for a gateway that has forgotten, and is left alone then', async () => {
    const { line, observe, say, has, said } = opened();
    observe(ACKED);
    await has(ACKED, 1);
    line.forget(CHILD, ACKED);
    say(ACKED, 'to nobody');
    await vi.waitFor(() => expect(line.isObserved(CHILD, ACKED)).toBe(false), { timeout: 5000 });
    expect(said(ACKED)).toHaveLength(1);
  });

  it('tells nothing once it has ended, and ending twice is harmless', async () => {
    const { line, observe, say, has, said } = opened();
    observe(ACKED);
    await has(ACKED, 1);
    const release = say(ACKED, 'held', 'held');
    line.end();
    line.end();
    release?.();
    say(ACKED, 'late');
    observe(ACKED);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(said(ACKED)).toHaveLength(1);
  });
});
