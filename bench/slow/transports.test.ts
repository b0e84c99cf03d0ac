/**
 * One small scenario over every transport to the same Mosquitto, with certificates for each device
 * where there is TLS: a stall, a storm of resets and an outage are proved to act, nothing is lost,
 * and what was meant to be sent is the same whatever carried it.
 */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  Authority,
  DOORS,
  type Door,
  type ManyDoors,
  openDoors,
} from '../../harness/testing/many-doors.ts';
import { Sandbox } from '../../tests/sandbox.ts';
import { scene } from '../../tests/scenes.ts';
import { real } from '../../tools/real.ts';

const COUNT = 12;
const FLEET = `{ id: rooms, model: room-thermostat, count: ${COUNT}, every: 500ms, keep-alive: 4s,
      backoff: { base: 200ms, cap: 1s } }`;
const SCENE = {
  time: '{ warmup: 3s, steady: 3s, chaos: 12s, settle: 4s, drain: 2s }',
  fleet: FLEET,
  chaos: [
    '{ id: stalled, at: chaos, for: 2s, fault: partition }',
    '{ id: cut, at: chaos+4s, for: 1s, fault: reset }',
    '{ id: gone, at: chaos+8s, for: 2s, fault: outage }',
  ],
};
const LAST_MS = 21_000;
/** It alone speaks of how busy the machine was. */
const OF_THE_MACHINE = 'harness-healthy';
const COMMANDS = 'commands: { every: 1s, to: 50%, qos: 1 }';

const mosquitto = real('mosquitto');
let authority: Authority;
let doors: ManyDoors;
let box: Sandbox;

beforeAll(async () => {
  if (mosquitto.skip) return;
  authority = new Authority();
  for (let k = 1; k <= COUNT; k++) {
    authority.sign(`certs/rooms/default-1/${k}`, `rooms/default-1/${k}`);
  }
  authority.sign('certs/lab', 'lab');
  // A name that resolves nowhere: only server-name leads to it.
  doors = await openDoors(authority, { alt: 'DNS:broker.internal' });
});
afterAll(async () => {
  await doors?.close();
  authority?.close();
});
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

function targetOf(door: Door): string {
  const url = `url: '${doors.urls[door]}'`;
  if (!doors.urls[door].includes('s:') || door === 'ws') return `{ ${url} }`;
  const tls = `ca: ${authority.ca}, server-name: broker.internal, own-certificate: lab`;
  return `{ ${url}, ${tls}, certificates: '${authority.file('certs')}/{device}', alpn: mqtt }`;
}

/**
 * Every telemetry message that was meant, sent or not; its values hang on when a command came, and
 * the last one of a device on the instant at which sampling was stopped.
 */
async function intended(out: string): Promise<string[]> {
  const sent = await box.ledger(out, '--op', 'sent', '--op', 'not-sent');
  const telemetry = sent.filter(
    ({ stream, intended = 0 }) => stream === 'telemetry' && intended < LAST_MS,
  );
  return [...new Set(telemetry.map(({ device, n }) => `${device} ${n}`))].sort();
}

it('says the same over mqtt, mqtts, ws and wss', async (context) => {
  context.skip(mosquitto.skip, mosquitto.reason);
  const told = new Map<Door, string[]>();
  const verdicts = new Map<Door, string[]>();
  for (const door of DOORS) {
    const more = ['gear: real', `target: ${targetOf(door)}`, COMMANDS];
    box.write(`${door}.yaml`, scene({ ...SCENE, name: 'doors', more }));
    const out = await box.unaccused(door, 'run', `${door}.yaml`);
    const { faults, messages, checkers } = box.result(out);
    expect(faults.map(({ id, effective }) => [id, effective])).toEqual([
      ['stalled', true],
      ['cut', true],
      ['gone', true],
    ]);
    // A command that finds nobody there is not sent, or nobody's loss.
    expect(messages).toMatchObject({ lost: 0, refused: 0 });
    expect(messages.delivered).toBeGreaterThan(0.9 * messages.intended);
    told.set(door, await intended(out));
    verdicts.set(
      door,
      checkers
        .filter(({ id }) => id !== OF_THE_MACHINE)
        .map(({ id, verdict }) => `${id}: ${verdict}`),
    );
    box.expectClean();
  }
  const plain = told.get('mqtt') ?? [];
  expect(plain.length).toBeGreaterThan(COUNT * 30);
  expect(verdicts.get('mqtt')?.filter((one) => /fail|unknown|invalid/.test(one))).toEqual([]);
  for (const door of DOORS) {
    expect(told.get(door), door).toEqual(plain);
    expect(verdicts.get(door), door).toEqual(verdicts.get('mqtt'));
  }
}, 600_000);

it('cuts the power of devices that speak over WebSocket without a word', async (context) => {
  context.skip(mosquitto.skip, mosquitto.reason);
  const chaos = ['{ id: dark, at: chaos, for: 8s, fault: power-cut, where: 50% }'];
  const more = ['gear: real', `target: ${targetOf('ws')}`];
  box.write('dark.yaml', scene({ ...SCENE, chaos, more }));
  const result = box.result(await box.unspoilt('dark', 'run', 'dark.yaml'));
  expect(result.faults.map(({ effective }) => effective)).toEqual([true]);
}, 300_000);
