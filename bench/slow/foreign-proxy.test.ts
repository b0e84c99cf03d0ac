/**
 * A run on a Toxiproxy that is not ours takes its proxies back on every way out, and touches nobody
 * else's; one that hangs or vanishes is named, and no run waits for it.
 */
import { symlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FOREIGN, ForeignToxiproxy } from '../../tests/foreign-toxiproxy.ts';
import { expectNothingToHeal, insideFault, LONG, pidOf } from '../../tests/held-run.ts';
import { type Ended, Sandbox } from '../../tests/sandbox.ts';
import { scene } from '../../tests/scenes.ts';
import { real } from '../../tools/real.ts';

const held = (proxy: string): string =>
  scene({
    time: LONG,
    chaos: ['{ id: dark, at: chaos, for: 90s, fault: partition }'],
    more: [`proxy: ${proxy}`],
  });

/** From silence to the end of the run: 6 s to be sure of it, the rest to take things back. */
const NOTICED_S = 40;

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

function expectNamed({ code, stdout, stderr }: Ended, words: RegExp): void {
  expect(code, stderr).toBe(4);
  expect(stderr).toMatch(words);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(stdout).toMatch(/INVALID/);
  const { verdict, reasons } = box.result('run');
  expect(verdict).toBe('invalid');
  expect(reasons[0]).toMatch(words);
}

describe.each(FOREIGN)('on a foreign $name', (kind) => {
  let foreign: ForeignToxiproxy;
  beforeEach(async (context) => {
    context.skip(kind.skip, kind.reason);
    foreign = await ForeignToxiproxy.start(kind);
  });
  afterEach(() => (kind.skip ? undefined : foreign.stop()));

  it('a run takes its proxies back, and is in nobody else’s way', async () => {
    const other = new Sandbox();
    try {
      const first = await insideFault(box, held(foreign.url));
      const [ours] = [await foreign.ours()];
      expect(ours.length).toBeGreaterThan(0);
      const chaos = ['{ id: dark, at: chaos, for: 1s, fault: partition }'];
      other.write('short.yaml', scene({ chaos }));
      const named = ['--gear', 'real', '--proxy', foreign.url];
      const out = await other.unspoilt('run', 'run', 'short.yaml', ...named);
      expect(other.json(out, 'environment.json')).toMatchObject({
        components: expect.arrayContaining([
          expect.objectContaining({ name: 'Toxiproxy', version: expect.stringMatching(/./) }),
        ]),
      });
      expect(await foreign.ours()).toEqual(ours);
      first.child.kill('SIGINT');
      expect((await first.ended).code).toBe(130);
      expect(await foreign.ours()).toEqual([]);
      box.expectClean();
      other.expectClean();
    } finally {
      other.close();
    }
  });

  it('kill -9 of the runner has the warden remove its proxies', async () => {
    const { ended } = await insideFault(box, held(foreign.url));
    expect((await foreign.ours()).length).toBeGreaterThan(0);
    process.kill(pidOf(box, 'runner'), 'SIGKILL');
    await ended;
    await box.vanished();
    expect(await foreign.ours()).toEqual([]);
    await expectNothingToHeal(box);
  });

  it('kill -9 of runner and warden leaves them to heal', async () => {
    const { ended } = await insideFault(box, held(foreign.url));
    process.kill(pidOf(box, 'warden'), 'SIGKILL');
    process.kill(pidOf(box, 'runner'), 'SIGKILL');
    await ended;
    expect((await foreign.ours()).length).toBeGreaterThan(0);
    const healed = await box.run('heal');
    expect([healed.code, healed.stdout.includes('take-back')], healed.stderr).toEqual([0, true]);
    expect(await foreign.ours()).toEqual([]);
    await expectNothingToHeal(box);
  });

  it('one that stands still is named in time, and healed when it goes on', async () => {
    const { ended } = await insideFault(box, held(foreign.url));
    foreign.signal('SIGSTOP');
    const from = performance.now();
    const outcome = await ended;
    expect((performance.now() - from) / 1000).toBeLessThan(NOTICED_S);
    expectNamed(outcome, /the control API of Toxiproxy at http:\S+ does not answer any more: no/);
    // Nobody could remove them: the run stays on the list. Once it goes on, the server may also
    // do by itself what it had been asked meanwhile.
    expect(box.litter()).toHaveLength(1);
    foreign.signal('SIGCONT');
    const healed = await box.run('heal');
    expect([healed.code, healed.stdout.includes('take-back')], healed.stderr).toEqual([0, true]);
    expect(await foreign.ours()).toEqual([]);
    await expectNothingToHeal(box);
  });

  it('one that vanishes is named in time', async () => {
    const { ended } = await insideFault(box, held(foreign.url));
    await foreign.stop();
    const from = performance.now();
    expectNamed(await ended, /the control API of Toxiproxy .* does not answer any more: connect/);
    expect((performance.now() - from) / 1000).toBeLessThan(NOTICED_S);
    expect(box.processes()).toEqual([]);
  });
});

it('a Toxiproxy of a dead run is ended by heal, whatever it is called', async (context) => {
  const server = real('toxiproxy-server');
  context.skip(server.skip, server.reason);
  symlinkSync(server.path ?? '', box.path('server'));
  const { TOXIPROXY_BIN: before } = process.env;
  process.env.TOXIPROXY_BIN = box.path('server');
  const named = new Sandbox();
  try {
    const { ended } = await insideFault(named, held('toxiproxy'));
    const proxy = await named.processOf('/server -host');
    // Else the end of the run would have it say something to a warden who is gone, and die of that.
    process.kill(proxy, 'SIGSTOP');
    process.kill(pidOf(named, 'warden'), 'SIGKILL');
    process.kill(pidOf(named, 'runner'), 'SIGKILL');
    await ended;
    expect(named.processes().map(({ pid }) => pid)).toContain(proxy);
    const healed = await named.run('heal');
    expect([healed.code, healed.stdout], healed.stderr).toEqual([
      0,
      expect.stringContaining('ended proxy, which'),
    ]);
    await named.vanished();
  } finally {
    if (before === undefined) delete process.env.TOXIPROXY_BIN;
    else process.env.TOXIPROXY_BIN = before;
    named.close();
  }
});

describe.each([
  ['embedded', 'proxy-process', 'the embedded proxy', false],
  ['toxiproxy', 'toxiproxy-server', 'toxiproxy-server', true],
] as const)('a proxy of our own, %s,', (word, process_, name, isReal) => {
  const server = real('toxiproxy-server');
  beforeEach((context) => context.skip(isReal && server.skip, server.reason));

  it('that stands still is named in time, and ended', async () => {
    const { ended } = await insideFault(box, held(word));
    process.kill(await box.processOf(process_), 'SIGSTOP');
    await pause(10);
    const from = performance.now();
    expectNamed(await ended, /the control API of .* does not answer any more: no answer/);
    expect((performance.now() - from) / 1000).toBeLessThan(NOTICED_S);
    box.expectClean();
  });

  it('that vanishes is named at once', async () => {
    const { ended } = await insideFault(box, held(word));
    process.kill(await box.processOf(process_), 'SIGKILL');
    expectNamed(await ended, new RegExp(`${name} ended with SIGKILL`));
    box.expectClean();
  });
});
