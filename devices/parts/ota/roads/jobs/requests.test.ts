/** What a server may answer to a request for a job, drawn. */
import { expect, it } from 'vitest';
import { survived } from '../../../../../kernel/testing/fuzz.ts';
import source from './requests.fuzz.ts';
import { readStanding } from './wire.ts';

it('survives whatever it is answered, and can write it down', () => {
  for (const fuzz of source({} as never)) expect(survived(fuzz, 3, 2000)).toBe(2000);
});

it.each([-1, -(2 ** 40), 2 ** 52 + 1, 1.5, '3', null])(
  'takes %s for no version',
  (versionNumber) => {
    expect(readStanding({ status: 'IN_PROGRESS', versionNumber })).toBeNull();
  },
);
