import { describe, expect, it } from 'vitest';
it('with note', (c) => { c.skip(true, 'mosquitto is missing: x'); });
it.skip('static', () => {});
it.skipIf(true)('cond', () => {});
it.todo('later');
describe.skip('whole', () => { it('inner', () => {}); });
it('runs', () => { expect(1).toBe(1); });
