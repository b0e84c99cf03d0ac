/**
 * The scripts of load without a k6: their packets against the codec of this house, and one of them
 * on a fake of the module `k6/x/mqtt`, against a real broker. No k6 with that module can be had
 * here, so that road is proved no further than this.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import mqttPacket from 'mqtt-packet';
import { expect, it } from 'vitest';
import { hashBytes } from '#kernel';
import { SOCKET_AEDES } from '../harness/testing/brokers.ts';
import * as bytes from '../scenarios/k6/lib/bytes.ts';
import * as packets from '../scenarios/k6/lib/packets.ts';

const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((one) => one.isWellFormed());
const topic = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((one) => one.isWellFormed() && !/[+#\0]/.test(one));

it('writes text and its hash as this house does', () => {
  fc.assert(
    fc.property(text, (said) => {
      const utf8 = bytes.utf8(said);
      expect([...utf8]).toEqual([...new TextEncoder().encode(said)]);
      expect(bytes.textOf(utf8)).toBe(said);
      expect(bytes.hashBytes(utf8)).toBe(hashBytes(utf8));
    }),
  );
});

it('writes packets that the codec of this house reads', () => {
  const read = (packet: Uint8Array): Record<string, unknown> => {
    const found: Record<string, unknown>[] = [];
    const parser = mqttPacket.parser();
    parser.on('packet', (one) => found.push(one as unknown as Record<string, unknown>));
    parser.parse(Buffer.from(packet));
    return found[0] ?? {};
  };
  const payload = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(topic, payload, fc.constantFrom(0, 1), (to, said, qos) => {
      const sent = packets.publish({ topic: to, payload: said, qos: qos as 0 | 1, id: 7 });
      const got = read(sent);
      expect(got).toMatchObject({ cmd: 'publish', topic: to, qos });
      expect([...(got.payload as Uint8Array)]).toEqual([...said]);
    }),
  );
  const login = { clientId: 'k6', username: 'k6/a/1', password: 'ö', clean: true, keepAliveS: 10 };
  expect(read(packets.connect(login))).toMatchObject({
    ...{ cmd: 'connect', clientId: 'k6', username: 'k6/a/1', clean: true, keepalive: 10 },
    protocolVersion: 4,
  });
  expect(read(packets.subscribe(9, ['a/#', 'b'], 1))).toMatchObject({
    ...{ cmd: 'subscribe', messageId: 9 },
    subscriptions: [
      { topic: 'a/#', qos: 1 },
      { topic: 'b', qos: 1 },
    ],
  });
});

it('reads packets however they are cut', () => {
  const out = (packet: Parameters<typeof mqttPacket.generate>[0]): Buffer =>
    mqttPacket.generate(packet);
  const stream = Buffer.concat([
    out({ cmd: 'connack', returnCode: 0, sessionPresent: true }),
    out({ cmd: 'suback', messageId: 3, granted: [1, 128] }),
    out({
      cmd: 'publish',
      topic: 'tö',
      payload: Buffer.alloc(500, 7),
      qos: 1,
      messageId: 4,
      dup: false,
      retain: false,
    }),
    out({ cmd: 'puback', messageId: 65_535 }),
    out({ cmd: 'pingresp' }),
  ]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 30 }), (cuts) => {
      const reader = new packets.PacketReader();
      const got: packets.Incoming[] = [];
      let at = 0;
      for (const cut of [...cuts, stream.length]) {
        got.push(...reader.read(stream.subarray(at, at + cut)));
        at += cut;
      }
      expect(got.map(({ type }) => type)).toEqual([
        'connack',
        'suback',
        'publish',
        'puback',
        'pong',
      ]);
      expect(got[0]).toMatchObject({ code: 0, present: true });
      expect(got[1]).toMatchObject({ id: 3, granted: [1, 128] });
      expect(got[2]).toMatchObject({ topic: 'tö', qos: 1, id: 4 });
      expect(got[3]).toMatchObject({ id: 65_535 });
    }),
  );
});

it('runs a script on a fake of k6/x/mqtt', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'k6x-'));
  const broker = await SOCKET_AEDES.start();
  try {
    const users = join(folder, 'users.json');
    const zero = Date.now();
    const user = {
      ...{ device: 'k6/telemetry/1', topic: 'tw/r/1/k6/telemetry/1/' },
      ...{ url: `mqtt://127.0.0.1:${broker.port}`, clientId: 'k6-1', username: '', password: '' },
    };
    const told = { run: 'r', zero, until: zero + 2000, every: 100, qos: 1, road: 'x', token: null };
    writeFileSync(users, JSON.stringify({ ...told, users: [{ ...user, api: null }] }));
    const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
    const SCRIPT = at('../scenarios/k6/telemetry.ts');
    const { code, stdout, stderr } = await ended(at('./k6/fake-k6.mjs'), {
      USERS_FILE: users,
      SCRIPT,
    });
    expect(code, stderr).toBe(0);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>);
    const ops = events.map(({ op }) => op);
    expect(ops.slice(0, 3)).toEqual(['boot', 'connect', 'online']);
    expect(ops.at(-1)).toBe('offline');
    const numbers = (op: string): string[] =>
      events.flatMap((one) => (one.op === op ? (one.n ?? '') : []));
    expect(numbers('sent').length).toBeGreaterThan(5);
    expect(numbers('acked')).toEqual(numbers('sent'));
    expect(numbers('sent')).toEqual(numbers('sent').map((_, n) => String(n)));
  } finally {
    await broker.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

function ended(script: string, env: Record<string, string>) {
  const child = spawn(process.execPath, [script], { env: { ...process.env, ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (said: string) => {
    stdout += said;
  });
  child.stderr.setEncoding('utf8').on('data', (said: string) => {
    stderr += said;
  });
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
