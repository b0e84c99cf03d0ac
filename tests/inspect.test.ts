/**
 * What can be looked at without running anything says all that a run will do: the workflows with
 * their rounds, what each entry's devices can do, the planted bug; and of every plug-in, a user's
 * own too, what can be set of it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

const box = new Sandbox();
afterAll(() => box.close());

const ECHO = new URL('echo/', import.meta.url);
const FILES = readdirSync(ECHO).sort();
for (const name of FILES) box.write(name, readFileSync(new URL(name, ECHO), 'utf8'));
const plugins = `plugins: [${FILES.map((name) => `./${name}`).join(', ')}]`;
const fleet =
  '{ id: rooms, model: room-thermostat, count: 12, every: 500ms, parts: [{ echo: { times: 2 } }] }';
const more = ['workflows: [{ echo: { every: 500ms } }]', 'commands: { every: 2s }', plugins];
box.write('echo.yaml', scene({ fleet, more }));

const said = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await box.run(...args);
  expect(code, stderr).toBe(0);
  return stdout;
};

it('a plan tells workflows with their rounds, and the parts of each entry', async () => {
  const text = await said('plan', 'echo.yaml');
  expect(text).toMatch(/\n {2}rooms +12 × .*\n +parts commands, echo \(times 2\), .*telemetry\n/);
  expect(text).toMatch(/\nworkflows\n {2}commands \(every 2s, .*\), echo \(every 500ms\)\n/);
  // From the steady phase at 2 s to the end of sampling at 9 s.
  expect(text).toMatch(
    /\n {2}echo-ask +14 rounds over 12 devices, every 500ms from 2s, QoS \d: 168 messages\n/,
  );
  expect(text).toMatch(/\n {2}command +3 to 4 rounds over 12 devices, every 2s from 2s/);
  // What nobody can count before: one for each that is heard, or whenever it happens.
  expect(text).toMatch(
    /\nfleet {2}12 devices, \d+ intended messages, and what comes of them\n {2}answer +one for each command\n {2}echo +one for each echo-ask\n/,
  );
  expect(text).not.toContain('planted');
  box.write('plain.yaml', scene());
  const plain = await said('plan', 'plain.yaml');
  expect(plain).not.toContain('workflows');
  expect(plain).toMatch(/\nfleet {2}12 devices, \d+ intended messages\n {2}rooms /);
  box.write('told.yaml', scene({ fleet: '{ model: room-thermostat, count: 2, retain: status }' }));
  expect(await said('plan', 'told.yaml')).toMatch(/of them\n {2}status +whenever it happens\n/);
});

it('a plan tells of a channel that nobody answers', async () => {
  for (const name of ['talk-part.ts', 'talk-service.ts']) {
    box.write(name, readFileSync(new URL(`talk/${name}`, import.meta.url), 'utf8'));
  }
  const talking = '{ model: room-thermostat, count: 2, parts: [talk] }';
  const tell = async (files: string) => {
    box.write('talk.yaml', scene({ fleet: talking, more: [`plugins: [${files}]`] }));
    return said('plan', 'talk.yaml');
  };
  expect(await tell('./talk-part.ts')).toContain(
    'answers the channel talk: it leads to the broker',
  );
  expect(await tell('./talk-part.ts, ./talk-service.ts')).not.toContain('the channel talk');
});

it.each([
  ['telemetry-loses-acked-row', 'in the platform twin'],
  ['status-unretained', 'in the devices'],
])('a plan tells that %s is planted %s', async (mutant, where) => {
  box.write('small.yaml', scene({ fleet: '{ model: room-thermostat, count: 2, retain: status }' }));
  expect(await said('plan', 'small.yaml', '--mutant', mutant)).toContain(
    `planted  ${mutant}, ${where}\n`,
  );
});

it('a list tells what can be set of its kinds, and how', async () => {
  const workflows = await said('list', 'workflows');
  expect(workflows).toMatch(
    /\n {2}commands .*\n {6}every \(a duration such as 8s, at least 1ms\): Between two/,
  );
  expect(workflows).toContain('to (a share such as 10%, default 100%): Which part');
  expect(await said('list', 'faults')).toMatch(/\n {2}latency .*\n {6}\w+ \(/);
  const devices = await said('list', 'devices');
  expect(devices).toMatch(/\n {6}measures temperature \(-40 to 85 °C, in steps of 0\.1\): Air/);
  expect(devices).toMatch(/\n {6}obeys, and can be set setpoint \(2 to 8\): New middle/);
  expect(devices).toMatch(/\n {6}with leakage \(2 W\/K ± 6%; 0\.1 to 100\): Heat let in/);
  expect(await said('list')).not.toMatch(/\n {6}/);
});

it("a list takes a user's own, and tells what is wrong with one", async () => {
  const parts = await said('list', 'parts', '--plugin', 'echo-part.ts');
  expect(parts).toMatch(/\n {2}echo .*\n {6}times \(a whole number, 1 to 9, default 1\): /);
  expect(await said('list', 'parts')).not.toContain('echo');
  box.write('bad.ts', "export default { family: 'part', kind: 'bad', start: 1 };");
  const bad = await box.run('list', 'parts', '--plugin', 'bad.ts');
  expect(bad).toMatchObject({ code: 3, stdout: '' });
  expect(bad.stderr).toContain('the part in bad.ts is malformed: start must be a function');
});
