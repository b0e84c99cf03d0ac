/** The capability of the guide works from a user's folder over sockets as in virtual time. */
import { afterAll, expect, it } from 'vitest';
import { holds, writeEcho } from '../../tests/echo-run.ts';
import { Sandbox } from '../../tests/sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());

it("holds from a user's folder in the real gear", async () => {
  writeEcho(box);
  await holds(box, 'real', (...args) => box.run(...args));
  box.expectClean();
  expect(box.litter()).toEqual([]);
});
