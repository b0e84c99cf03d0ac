/** What the first finding says where several would be true: the one that leads to the mistake. */
import { expect, it } from 'vitest';
import type { CheckerKind } from '../checker.ts';
import type { CheckerFixtures } from '../testing/checker-fixtures.ts';
import sensors from '../testing/stories/sensors.ts';
import webhooks from '../testing/stories/webhooks.ts';
import sensorsHonest from './sensors-honest.ts';
import webhookTold from './webhook-told.ts';

const told = (kind: CheckerKind, { failing }: CheckerFixtures, name: string): string[] =>
  failing[name]?.()
    .ask(kind)
    .findings.map(({ message }) => message) ?? [];

it('says of a webhook that is told again that it is by another key', () => {
  const story = 'it is told again under another key';
  const [made, stray] = told(webhookTold, webhooks['webhook-told'], story);
  expect(made).toMatch(/^the decision call\/4000 .* was told under another key: call\/4000\/1$/);
  expect(stray).toMatch(/call\/4000\/1 .* was told, and made under the key call\/4000$/);
});

it('says what a sensor means without what adding up leaves behind', () => {
  const story = 'it says other than what adds up to a long number';
  expect(told(sensorsHonest, sensors['sensors-honest'], story)[0]).toMatch(/and means 0\.3$/);
});
