/**
 * A workflow that the target never lets in ends its run with the reason, as an observer does, and
 * hangs nothing.
 */
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

const box = new Sandbox();
afterAll(() => box.close());

it('says which workflow is not ready, and why', async () => {
  box.write(
    'waiting.ts',
    `export default {
      family: 'workflow', kind: 'waiting', summary: 'waits', params: {},
      resolve: () => ({ resolved: null }),
      start: () => ({
        ready: () => new Promise(() => {}), trouble: () => 'it refuses $share',
        stop() {}, account() {}, end: async () => {},
      }),
    };`,
  );
  const more = ['plugins: [./waiting.ts]', 'workflows: [{ waiting: {} }]'];
  box.write('out.yaml', scene({ more }));
  const ended = await box.run('run', 'out.yaml', '--out', 'run', '--quiet');
  const said = `${ended.stdout}${ended.stderr}`;
  expect(said).toContain('did not let waiting in within 55 s: it refuses $share');
  expect(ended.code).toBe(4);
  box.expectClean();
});
