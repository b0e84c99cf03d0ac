/**
 * A bug that is planted in the devices does its harm on sockets as in virtual time: the count of
 * several shards is that of the one, faults that truly happen bring it out, and the target need not
 * be ours.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { Sandbox } from '../../tests/sandbox.ts';
import { real } from '../../tools/real.ts';

const box = new Sandbox();
afterAll(() => box.close());
box.library('hello-fleet');
box.library('retained-and-wills');

describe('a bug in the devices', () => {
  const planted = ['hello-fleet.yaml', '--mutant', 'status-unretained'];

  /** As many findings as devices that do it, since none comes back in that scenario. */
  async function harm(gear: 'sim' | 'real', ...more: string[]): Promise<number> {
    const out = `firmware-${gear}-${more.length}`;
    const { checkers } = await box.judged(1, out, ...planted, '--gear', gear, ...more);
    const caught = checkers.find(({ id }) => id === 'retained-current');
    expect(caught).toMatchObject({ verdict: 'fail', findingCount: box.fired(out) });
    return box.fired(out);
  }

  it('does the same harm on sockets, over two shards', async () => {
    expect(await harm('real', '--shards', '2')).toBe(await harm('sim'));
  });

  it('is caught on sockets by power cuts and a killed platform that truly happened', async () => {
    const out = 'firmware-arms';
    const planted = ['retained-and-wills.yaml', '--mutant', 'status-arms-no-will'];
    const { checkers, faults } = await box.judged(1, out, ...planted, '--gear', 'real');
    expect(checkers.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id)).toEqual([
      'will-honest',
    ]);
    expect(faults.map(({ fault, effective }) => [fault, effective])).toEqual([
      ['power-cut', true],
      ['broker-kill', true],
    ]);
    expect(box.fired(out)).toBeGreaterThan(0);
  });

  it('goes with a target that is not ours', async (context) => {
    const mosquitto = real('mosquitto');
    context.skip(mosquitto.skip, mosquitto.reason);
    const target = ['--target', `process:${mosquitto.path}`, '--devices', '9'];
    expect(await harm('real', ...target)).toBeGreaterThan(0);
  });
});
