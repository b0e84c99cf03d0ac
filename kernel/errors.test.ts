/**
 * Whoever gives a name that nobody carries is told the one that was meant: misspelt, or with its
 * words in another order and less of them, as names are before they are given their proper form.
 */
import { expect, it } from 'vitest';
import { nearestName } from './errors.ts';

const NAMES = ['commands-doubles-qos2', 'commands-drops-some', 'telemetry-doubles-qos1', 'no-loss'];

it.each([
  ['commands-drop-some', 'commands-drops-some'],
  ['no-los', 'no-loss'],
  ['doubles-qos1', 'telemetry-doubles-qos1'],
  ['doubles-qos2', 'commands-doubles-qos2'],
  ['drops-command', 'commands-drops-some'],
  ['dubles-qos1', 'telemetry-doubles-qos1'],
  // One word is no name, and a word that is not there at all is another name.
  ['drops', undefined],
  ['drops-will', undefined],
  ['something-else', undefined],
])('%s was meant as %s', (given, meant) => {
  expect(nearestName(given, NAMES)).toBe(meant);
});
