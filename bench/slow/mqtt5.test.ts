/**
 * What MQTT 5 promises, in front of a real Mosquitto: it passes, and a liar between it and the
 * fleet is caught in the one thing that it lies in, and again from the ledger alone.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '#reports';
import { Sandbox } from '../../tests/sandbox.ts';
import { real } from '../../tools/real.ts';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

const mosquitto = real('mosquitto');
const LIBRARY = new URL('../../scenarios/library/modern-mqtt.yaml', import.meta.url);
/** Where it lies it finds mqtt-packet. */
const LIAR = fileURLToPath(new URL('../../tests/mqtt5/lying-broker.ts', import.meta.url));
const OURS = ['expiry-kept', 'flow-kept', 'reply-true', 'share-once'];

/** The library's scenario before a liar. */
function scenario(lie: string): string {
  const text = readFileSync(LIBRARY, 'utf8')
    .replace('  process: mosquitto\n', `  kind: lying-broker\n  with: ${withs(lie)}\n`)
    .replace('count: 20', 'count: 10')
    .replace('twinstorm: 1', `twinstorm: 1\nplugins: [${LIAR}]`);
  return box.write('liar.yaml', text);
}

const withs = (lie: string): string => `{ binary: ${mosquitto.path}, lie: ${lie} }`;

async function ran(lie: string): Promise<Result> {
  const ended = await box.run('run', scenario(lie), '--out', 'run', '--quiet');
  // A machine that is busy may make a run invalid, which takes no finding away.
  expect([0, 1, 4], ended.stderr + ended.stdout).toContain(ended.code);
  return box.result('run');
}

const failed = ({ checkers }: Result): string[] =>
  checkers.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);

describe('Mosquitto in MQTT 5', () => {
  it('keeps what it promises, behind an honest one in the middle', async (context) => {
    context.skip(mosquitto.skip, mosquitto.reason);
    const result = await ran('none');
    expect(failed(result)).toEqual([]);
    const decided = result.checkers.filter(({ id }) => OURS.includes(id));
    for (const { id, verdict, decided: count } of decided) {
      expect([id, verdict, count > 50]).toEqual([id, 'pass', true]);
    }
    expect(decided).toHaveLength(OURS.length);
    box.expectClean();
  });

  it.for([
    ['keeps-expired', 'expiry-kept', /handed over at .* after the target took it|taken off/],
    ['ignores-receive-maximum', 'flow-kept', /had \d+ messages under way to it at .*, and lets 1/],
    ['swaps-correlation', 'reply-true', /answer \d+, did not repeat what its command had said/],
    ['ignores-share', 'share-once', /reached member \d at .*, and member \d as well/],
  ] as const)('a liar that %s is caught by %s', async ([lie, checker, words], context) => {
    context.skip(mosquitto.skip, mosquitto.reason);
    const result = await ran(lie);
    expect(failed(result)).toEqual([checker]);
    const found = result.checkers.find(({ id }) => id === checker)?.findings ?? [];
    expect(found.map(({ message }) => message).join('\n')).toMatch(words);
    expect(readFileSync(box.path('run/log/lies.txt'), 'utf8')).not.toBe('');
    const again = await box.run('judge', 'run');
    expect(again.code, again.stderr).toBe(result.exitCode);
    expect(failed(box.result('run'))).toEqual([checker]);
    box.expectClean();
  });
});
