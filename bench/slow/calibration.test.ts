/**
 * What this machine can carry in the real gear is measured for two seconds and told with its basis,
 * by `plan` and `doctor`; whoever does not want to wait says so, and plan.json never hears of it.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { openFileLimit, reportedFileLimit } from '../../harness/cli/doctor.ts';
import { calibrate } from '../../harness/gears/real/calibrate.ts';
import { Sandbox } from '../../tests/sandbox.ts';
import { scene } from '../../tests/scenes.ts';

const BIN = fileURLToPath(new URL('../../bin/twinstorm.js', import.meta.url));
const box = new Sandbox();
afterAll(() => box.close());
box.write('small.yaml', scene());

const said = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await box.run(...args);
  expect(code, stderr).toBe(0);
  box.expectClean();
  return stdout;
};

it('measures messages and connections over the whole way', async () => {
  const { messages, connects, messageUs, connectUs } = await calibrate(openFileLimit());
  for (const count of [messages, connects]) expect(count).toBeGreaterThan(10);
  // A microsecond would be no way at all; a second, no machine.
  for (const us of [messageUs, connectUs]) expect(us > 1 && us < 1e6).toBe(true);
});

it('says why there is nothing to tell where too few files may be open', async () => {
  const few = 'ulimit -n 1024; exec "$0" "$@"';
  const doctor = spawnSync('sh', ['-c', few, process.execPath, BIN, 'doctor'], {
    encoding: 'utf8',
  });
  expect(doctor.stdout).toContain('not measured: 1024 open files are too few to measure');
  expect(doctor.status, doctor.stderr).toBe(0);
});

it('measures with the files that may be open', async () => {
  const { connects } = await calibrate(1400);
  expect(connects > 10 && connects < 225).toBe(true);
});

it('plan tells the load of the real gear with its basis, and of the sim gear nothing', async () => {
  const real = await said('plan', 'small.yaml', '--gear', 'real');
  expect(real).toMatch(
    /\nload\n {2}needs about \d+\.\d of \d+ cores .*: it fits\n {2}that is .* µs/,
  );
  expect(await said('plan', 'small.yaml')).not.toContain('cores');
  const quick = await said('plan', 'small.yaml', '--gear', 'real', '--no-calibration');
  expect(quick).not.toContain('cores');
  expect(real.startsWith(quick)).toBe(true);
});

it('plan.json is the same with and without', async () => {
  const asked = ['plan', 'small.yaml', '--gear', 'real', '--json'];
  expect(await said(...asked)).toBe(await said(...asked, '--no-calibration'));
});

it('a fleet that no two cores could serve is too much, and a tenth of it is named', async () => {
  const more = ['--gear', 'real', '--devices', '60k', '--set', 'fleet[0].every=20ms'];
  expect(await said('plan', 'small.yaml', ...more)).toMatch(
    /needs about \d+\.\d of \d+ cores .*: too much; \d+ devices would fit/,
  );
});

it('doctor bounds a fleet by processor time, and leaves that out when asked', async () => {
  const measured = await box.run('doctor', '--devices', '10000000');
  expect(measured.code).toBe(4);
  expect(measured.stdout).toMatch(/a message +\d+ µs[\s\S]*a connection +\d+ µs/);
  expect(measured.stdout).toMatch(/\nno {2}10000000 devices do not fit: .*\n {4}needs about \d+/);
  const quick = await said('doctor', '--no-calibration');
  expect(quick).not.toContain('µs');
});

it('the limit of open files can be told without /proc', () => {
  expect(reportedFileLimit()).toBe(openFileLimit());
});
