/**
 * Virtual time must behave as Node's own timers would, and be a function of nothing but what was
 * scheduled. It replaces globals, so each case runs in a child that is started as the sim engine
 * is; what the child prints is compared with what the rules say, and for the order of timers with
 * what real Node does.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const CLOCK = new URL('sim-clock.ts', import.meta.url).href;

/** Runs a script that fills `log`, under virtual time or under Node's own. */
function play(script: string, virtual = true): unknown {
  const drive = virtual
    ? `const { drive, seedChance, virtualNow } = await import(${JSON.stringify(CLOCK)});`
    : 'const drive = () => new Promise((resolve) => process.once("beforeExit", resolve));';
  const text = `${drive}\nconst log = [];\n${script}\nprocess.stdout.write(JSON.stringify(log));`;
  const flags = virtual ? ['--import', CLOCK] : [];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ...flags, '--input-type=module', '-e', text],
    { encoding: 'utf8', cwd: fileURLToPath(new URL('.', import.meta.url)) },
  );
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

const DONE = 'let over = false; setTimeout(() => { over = true; }, 1000); await drive(() => over);';

describe('virtual time', () => {
  it('runs timers by deadline, and those of one deadline as they were set', () => {
    expect(
      play(`
        for (const [name, at] of [['c', 30], ['a', 10], ['d', 30], ['b', 10], ['e', 30]])
          setTimeout(() => log.push(name, performance.now()), at);
        ${DONE}`),
    ).toEqual(['a', 10, 'b', 10, 'c', 30, 'd', 30, 'e', 30]);
  });

  it('drains ticks, promises and immediates before time moves on', () => {
    expect(
      play(`
        setTimeout(() => {
          setImmediate(() => { log.push('immediate'); setImmediate(() => log.push('its own')); });
          Promise.resolve().then(() => log.push('promise'));
          process.nextTick(() => log.push('tick'));
          setTimeout(() => log.push('later'), 1);
          log.push('timer');
        }, 5);
        setTimeout(() => log.push('same instant'), 6);
        ${DONE}`),
    ).toEqual(['timer', 'tick', 'promise', 'immediate', 'its own', 'same instant', 'later']);
  });

  it('orders a tangle of timers as Node does, however late that is', () => {
    // Node tells the order of two timers whatever holds it up where one leads to the other, or where
    // both are set in one go and lie further apart than that may be held up: hundreds of ms.
    const tangle = `
      const at = (delay, name, then = () => {}) =>
        setTimeout(() => { log.push(name); then(); }, delay);
      at(600, 'c', moving); at(600, 'd'); at(300, 'b'); at(1, 'a');
      clearTimeout(at(10, 'never'));
      function moving() {
        // It would come before f, and is moved behind it by e.
        const moved = at(350, 'g', beating);
        at(300, 'e', () => moved.refresh());
        at(400, 'f');
      }
      function beating() {
        at(300, 'i'); at(1, 'h');
        let beats = 0;
        const beat = setInterval(() => {
          log.push('beat');
          if (++beats === 2) clearInterval(beat);
        }, 700);
      }`;
    const long = DONE.replace('1000', '9000');
    const virtual = play(`${tangle} ${long}`);
    expect(virtual).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'beat', 'beat']);
    expect(play(`${tangle} await drive();`, false)).toEqual(virtual);
  });

  it('keeps the deadline of a refreshed timer, and lets a dead one lie', () => {
    expect(
      play(`
        const kept = setTimeout(() => log.push(performance.now()), 50);
        setTimeout(() => kept.refresh(), 40);
        setTimeout(() => kept.refresh(), 80);
        const dead = setTimeout(() => log.push('dead'), 20);
        clearTimeout(dead); dead.refresh();
        ${DONE}`),
    ).toEqual([130]);
  });

  it('tells one time by every clock', () => {
    expect(
      play(`
        const zero = Date.now();
        setTimeout(() => {
          const [s, ns] = process.hrtime();
          log.push(Date.now() - zero, new Date().getTime() - zero, performance.now(), virtualNow(),
            s * 1000 + ns / 1e6, Number(process.hrtime.bigint()) / 1e6, new Date(7).getTime());
        }, 1234);
        let over = false; setTimeout(() => { over = true; }, 2000); await drive(() => over);`),
    ).toEqual([1234, 1234, 1234, 1234, 1234, 1234, 7]);
  });

  it('seeds every source of chance', () => {
    const draw = (seed: number): unknown =>
      play(`
        seedChance(${seed});
        const crypto = await import('node:crypto');
        log.push(Math.random(), crypto.randomUUID(), crypto.randomBytes(8).toString('hex'),
          globalThis.crypto.randomUUID(), [...globalThis.crypto.getRandomValues(new Uint8Array(4))]);`);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('is one time for timers/promises, too', () => {
    expect(
      play(`
        const { setTimeout: pause } = await import('node:timers/promises');
        pause(70, 'value').then((value) => log.push(value, performance.now()));
        ${DONE}`),
    ).toEqual(['value', 70]);
  });

  it('rejects with what a timer or an immediate threw, and when nothing is left to wait for', () => {
    expect(
      play(`
        setTimeout(() => { throw new Error('in a timer'); }, 5);
        await drive(() => false).catch((error) => log.push(error.message));`),
    ).toEqual(['in a timer']);
    expect(
      play(`
        setImmediate(() => { throw new Error('in an immediate'); });
        await drive(() => false).catch((error) => log.push(error.message));`),
    ).toEqual(['in an immediate']);
    expect(play(`await drive(() => false).catch((error) => log.push(error.message));`)).toEqual([
      expect.stringContaining('nothing left to wait for'),
    ]);
  });
});
