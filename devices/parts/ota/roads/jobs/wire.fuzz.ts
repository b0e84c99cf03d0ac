/** What a server of jobs may say, and what is none of it. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { defineFuzz, type FuzzSource } from '../../../../../kernel/testing/fuzz.ts';
import { readDeployment, readExecution, readRef, readStanding, refOf } from './wire.ts';

const file = fc.record(
  {
    sha256: fc.oneof(fc.constant('ab'.repeat(32)), fc.string(), fc.nat()),
    url: fc.oneof(fc.constantFrom('/ota/x', 'https://h:1/ota/x#y', 'ftp://h'), fc.webUrl()),
  },
  { requiredKeys: [] },
);

const said = fc.record(
  {
    jobId: fc.oneof(fc.constantFrom('spring', 'two_words', 'a/b'), fc.string(), fc.nat()),
    executionNumber: fc.oneof(fc.integer(), fc.string()),
    versionNumber: fc.oneof(fc.integer(), fc.double(), fc.string()),
    status: fc.oneof(fc.constantFrom('QUEUED', 'IN_PROGRESS', 'SUCCEEDED'), fc.nat()),
    jobDocument: fc.record(
      {
        campaign: fc.anything(),
        manifest: fc.anything(),
        signature: fc.string(),
        files: fc.array(file),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

const source: FuzzSource = () => [
  defineFuzz({
    parser: 'job-wire',
    about: 'executions of no meaning',
    input: fc.oneof(said, fc.anything()),
    survives: (value) => {
      const standing = readStanding(value);
      assert.ok(standing === null || standing.version >= 0);
      const execution = readExecution(value);
      if (execution === null) return;
      assert.deepEqual(readRef(refOf(execution)), {
        jobId: execution.jobId,
        number: execution.number,
      });
      const found = readDeployment(execution);
      assert.ok(typeof found === 'string' || found.job.attempt === execution.number);
    },
  }),
];

export default source;
