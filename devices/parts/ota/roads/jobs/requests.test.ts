/** What a server may answer to a request for a job, drawn. */
import { expect, it } from 'vitest';
import { survived } from '../../../../../kernel/testing/fuzz.ts';
import type { PartDevice } from '../../../../part.ts';
import source from './requests.fuzz.ts';
import { JobRequests } from './requests.ts';
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

it.each([
  [{ status: 'confirmed', why: '' }, { statusDetails: { status: 'confirmed' } }],
  [{ why: '' }, {}],
])('says nothing of details that say nothing', (details, said) => {
  const sent: unknown[] = [];
  const device = {
    now: () => 0,
    at: () => () => {},
    write: () => {},
    code: () => 0,
    send: ({ values }) => sent.push(values.body),
  } as Partial<PartDevice> as PartDevice;
  const about = { job: 'spring', number: 1, expected: 2, status: 'SUCCEEDED', details };
  new JobRequests(device).ask({ what: 'update', ...about, take: () => true }, () => {});
  const rest = { status: 'SUCCEEDED', includeJobExecutionState: true };
  expect(sent).toEqual([{ ...rest, ...said, expectedVersion: 2, executionNumber: 1 }]);
});
