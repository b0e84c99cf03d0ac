/** What only a real line of observed children has: other clients, noise, and an end. */
import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CoapOptions } from '#devices';
import { randomStream } from '#kernel';
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

function counting(): CoapOptions {
  let next = 0;
  return { resourcesOf: () => RESOURCES, seqOf: () => next++ };
}

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

  it('takes its leave of each child at the end, and closes its sockets', async () => {
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

  it('is read by others too, with its Max-Age, and where there is nothing, told so', async () => {
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
