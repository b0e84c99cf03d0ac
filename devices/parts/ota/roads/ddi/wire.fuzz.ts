/** Bodies of a DDI server that mean nothing, or only half of what they should. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { defineFuzz, type FuzzSource } from '../../../../../kernel/testing/fuzz.ts';
import { readCancel, readDeployment, readRoot } from './wire.ts';

const LINK = '{"href":"http://h:1/DEFAULT/controller/v1/r:1/deploymentBase/7?c=1"}';
const body = fc.constantFrom(
  '',
  '{}',
  `{"config":{"polling":{"sleep":"00:00:05"}},"_links":{"deploymentBase":${LINK}}}`,
  '{"id":"7","cancelAction":{"stopId":"7"}}',
  '{"id":"7","deployment":{"chunks":[{"name":"a","metadata":[{"key":"manifest","value":"{}"}]}]}}',
  '{"id":"7","deployment":{"chunks":[7,null,{"metadata":[null,{"key":"manifest"}]},{}]}}',
);

const source: FuzzSource = () => [
  defineFuzz({
    parser: 'ddi-wire',
    about: 'bodies of no meaning',
    input: fc.oneof(fc.json(), body, fc.string()),
    survives: (text) => {
      const root = readRoot(text);
      if (root !== null) assert.ok(root.sleepMs === null || root.sleepMs >= 1000);
      assert.ok(readCancel(text) === null || typeof readCancel(text) === 'string');
      const deployment = readDeployment(text);
      assert.ok(typeof deployment === 'string' || deployment.job.attempt >= 1);
    },
  }),
];

export default source;
