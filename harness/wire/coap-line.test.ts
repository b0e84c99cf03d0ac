/**
 * Observed children and their gateway: the modelled line and the real one, over sockets of this
 * machine, do the same. What only a real one has, other clients and an end, comes after that.
 */
import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CoapBus, CoapOptions, Notice } from '#devices';
import { randomStream } from '#kernel';
import { ModelledLine } from '../../devices/parts/gateway/coap/modelled-line.ts';
import { CoapLine, loadCoap } from './coap-line.ts';

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

  it('answers a registration, and tells what is new from then on, acknowledged or not', async () => {
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

  it('is not remembered by a child that comes up again, and what was on its way is gone', async () => {
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

describe('a real line', () => {
  /** Somebody who is not our gateway. */
  async function stranger(line: CoapLine, over: object) {
    const agent = new coap.Agent({ type: 'udp4' });
    const request = agent.request({ ...(await line.addressOf(CHILD)), ...over, agent });
    const answered = new Promise<InstanceType<typeof coap.ObserveReadStream>>((resolve) =>
      request.on('response', resolve as never),
    );
    request.end();
    return { agent, response: await answered };
  }

  function opened(): CoapLine {
    const line = new CoapLine(coap, counting());
    ended.push(() => line.end());
    line.boot(CHILD);
    line.put(CHILD, ACKED, bytes('{"n":1}'));
    return line;
  }

  it('says to each child at the end that it is observed no longer, and closes its sockets', async () => {
    const line = opened();
    let heard = 0;
    line.observe(CHILD, ACKED, () => heard++);
    line.observe(CHILD, UNACKED, () => heard++);
    await vi.waitFor(() => expect(heard).toBe(2));
    line.end();
    await line.closed;
    expect([ACKED, UNACKED].map((at) => line.isObserved(CHILD, at))).toEqual([false, false]);
  });

  it('ends soon where a child hangs', async () => {
    const line = opened();
    let heard = 0;
    line.observe(CHILD, ACKED, () => heard++);
    await vi.waitFor(() => expect(heard).toBe(1));
    line.hush(CHILD, true);
    line.end();
    await line.closed;
    expect(line.isObserved(CHILD, ACKED)).toBe(true);
  });

  it('is read by others too, with its Max-Age, and has nothing at a path that there is not', async () => {
    const line = opened();
    const { agent, response } = await stranger(line, { pathname: '/climate' });
    const { code, headers, payload } = response;
    expect([code, headers['Max-Age'], headers['Content-Format']]).toEqual([
      '2.05',
      60,
      'application/json',
    ]);
    expect(text({ payload })).toBe('{"n":1}');
    agent.close();
    const other = await stranger(line, { pathname: '/nowhere' });
    expect(other.response.code).toBe('4.04');
    other.agent.close();
  });

  it('tells all who observe it', async () => {
    const line = opened();
    const ours: string[] = [];
    line.observe(CHILD, ACKED, (notice) => ours.push(text(notice)));
    const { response } = await stranger(line, { pathname: '/climate', observe: true });
    const theirs: string[] = [];
    response.on('data', (payload: Buffer) => theirs.push(String(payload)));
    await vi.waitFor(() => expect([ours.length, theirs.length]).toEqual([1, 1]));
    line.put(CHILD, ACKED, bytes('{"n":2}'));
    line.notify(CHILD, ACKED, 'arrives');
    await vi.waitFor(() =>
      expect([ours, theirs]).toEqual([
        ['{"n":1}', '{"n":2}'],
        ['{"n":1}', '{"n":2}'],
      ]),
    );
    response.close();
  });

  it('survives whatever is sent to it', async () => {
    const line = opened();
    const { host, port } = await line.addressOf(CHILD);
    const noise = createSocket('udp4');
    const draw = randomStream(7252, 'noise');
    for (let k = 0; k < 500; k++) {
      const datagram = Buffer.from(Array.from({ length: draw.below(60) }, () => draw.below(256)));
      // Half of them look like a request at least at their beginning.
      if (k % 2 === 0 && datagram.length > 1) datagram.set([0x40 | draw.below(16), draw.below(8)]);
      await new Promise((resolve) => noise.send(datagram, port, host, resolve));
    }
    noise.close();
    const heard: string[] = [];
    line.observe(CHILD, ACKED, (notice) => heard.push(text(notice)));
    // So much noise may cost a datagram; a registration is then sent again.
    await vi.waitFor(() => expect(heard).toEqual(['{"n":1}']), { timeout: 20_000 });
  });

  it('without the package, it is said what to install', async () => {
    vi.doMock('coap', () => {
      throw new Error('not there');
    });
    await expect(loadCoap()).rejects.toMatchObject({
      message: expect.stringContaining('the package coap is not there'),
      remedy: expect.stringContaining('npm install coap'),
    });
    vi.doUnmock('coap');
  });
});
