/** What a server may answer to a request for a job: it ends no run, and lies in a ledger. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LedgerEncoder, layOps, opTable, type SegmentHeader } from '#kernel';
import { defineFuzz, type FuzzSource } from '../../../../../kernel/testing/fuzz.ts';
import type { PartDevice } from '../../../../part.ts';
import { JOB_OPS, type JobAnswer, type JobRequest, JobRequests } from './requests.ts';

const HEADER: SegmentHeader = {
  schema: 'twinstorm.ledger/1',
  segment: 'fuzz',
  planSha256: 'ab'.repeat(32),
  lanes: [0],
};
const TABLE = opTable(layOps([JOB_OPS]));

/** A device that can do nothing but write down. */
function deviceOver(encoder: LedgerEncoder): PartDevice {
  return {
    now: () => 0,
    code: () => 0,
    send: () => {},
    at: () => () => {},
    write: (op, fields) => encoder.write(0, op, { device: 0, ...fields } as never),
  } as Partial<PartDevice> as PartDevice;
}

const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(-1, 2 ** 52, 2 ** 53 - 1, 1e300, '7'),
);
const word = fc.oneof(
  fc.constantFrom('IN_PROGRESS', 'SUCCEEDED', 'VersionMismatch', 'x'.repeat(2000)),
  fc.constant({ toString: 1, valueOf: 1 }),
  fc.anything(),
);
const standing = { status: word, versionNumber: number };

const answer = fc.record(
  {
    code: word,
    executionState: fc.oneof(fc.record(standing, { requiredKeys: [] }), fc.anything()),
    execution: fc.record(
      { jobId: fc.constantFrom('spring', 'a/b'), executionNumber: number, ...standing },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

const source: FuzzSource = () => [
  defineFuzz({
    parser: 'job-answer',
    about: 'answers of no meaning',
    // As they come out of a payload.
    input: answer.map((one) => JSON.parse(JSON.stringify(one)) as Record<string, unknown>),
    survives: (said) => {
      const encoder = new LedgerEncoder(HEADER, () => {}, TABLE);
      const requests = new JobRequests(deviceOver(encoder));
      let heard: JobAnswer | null = null;
      const take = (one: JobAnswer): boolean => {
        heard = one;
        return true;
      };
      const ask = (expected: number): void => {
        const about = { job: 'spring', number: 1, expected, status: 'IN_PROGRESS', details: {} };
        requests.ask({ what: 'update', ...about, take } satisfies JobRequest, () => {});
      };
      ask(1);
      requests.hear(0, said);
      assert.ok(heard !== null);
      const { code, standing: told } = heard as JobAnswer;
      assert.equal(code === '', said.code === undefined);
      // What it was told it says next, and one more where it is told no version.
      if (told !== null) for (const more of [0, 1]) ask(told.version + more);
      encoder.close();
    },
  }),
];

export default source;
