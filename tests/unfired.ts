/**
 * A planted bug that never fired was tried on nobody, so its run is no pass: terminal, reports and
 * result say so, the exit code is that of unknown, and `judge` says it again from the run directory
 * alone. Wherever the bug sits, and in both gears.
 */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Gear } from '#kernel';
import type { Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

// Nobody commands, so there is no command to drop; nobody leaves a will, so none is left out.
const FLEET = '{ model: room-thermostat, count: 12, every: 500ms, will: false, retain: status }';
export const IDLE = { platform: 'commands-drops-some', firmware: 'status-arms-no-will' };
export async function neverFires(box: Sandbox, gear: Gear, mutant: string): Promise<void> {
  box.write(
    'idle.yaml',
    scene({ fleet: FLEET }).replace('report: [json]', 'report: [html, junit, summary]'),
  );
  const out = `${gear}-${mutant}`;
  const flags = ['--gear', gear, '--mutant', mutant, '--out', out, '--quiet'];
  const ended = await box.run('run', 'idle.yaml', ...flags);
  // A slow machine may make a real run invalid; a pass it never is.
  expect(gear === 'sim' ? [2] : [2, 4], ended.stderr + ended.stdout).toContain(ended.code);
  const said = `${mutant} never fired`;
  const result = box.result(out);
  expect(result).toMatchObject({ target: { mutant }, mutantFired: 0 });
  expect(result.reasons.join('\n')).toContain(`The planted bug ${said}`);
  expect(ended.stdout).toMatch(new RegExp(`The planted bug ${said}[\\s\\S]*planted +${mutant}`));
  const text = (name: string): string => readFileSync(box.path(out, name), 'utf8');
  expect(text('report.html')).toContain(`${mutant}, never fired`);
  expect(text('summary.md').replaceAll('\\', '')).toContain(`The planted bug ${said}`);
  expect(text('junit.xml')).toContain('<property name="mutant.fired" value="0"/>');
  expect(text('junit.xml')).toMatch(new RegExp(`name="verdict"[\\s\\S]*<error[^>]*>[^<]*${said}`));
  const before = text('result.json');
  const again = await box.run('judge', out);
  expect(again.code, again.stderr).toBe(ended.code);
  expect(text('result.json')).toBe(before);
}
