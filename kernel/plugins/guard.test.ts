/** What a plug-in gets wrong is told once, under its name, with its own place and not ours. */
import { expect, it } from 'vitest';
import { WorldError } from '../errors.ts';
import {
  errorText,
  foundAt,
  inNameOf,
  Misuse,
  misgave,
  misnamed,
  strayed,
  threw,
} from './guard.ts';

const HOUSE = new URL('../../', import.meta.url).href;
const at = (error: Error, ...places: string[]): Error =>
  Object.assign(error, { stack: `Error\n${places.map((one) => `    at f (${one})`).join('\n')}` });
const told = (error: unknown) => {
  const { code, message, remedy } = threw('the part hum', 'online', error);
  return { code, message, remedy };
};

const OURS = `${HOUSE}kernel/x.ts:1:2`;
const THEIRS = 'file:///theirs/hum.ts:3:4';

it.each([
  ['an error', at(new Error('no'), OURS, THEIRS), 'threw in online: no', `see ${THEIRS}`],
  ['one of ours alone', at(new Error('no'), OURS), 'threw in online: no', `see ${OURS}`],
  ['no error', 'no', 'threw in online: no', undefined],
  ['a misuse', at(new Misuse('no', 'do'), OURS, THEIRS), 'in online: no', `do; see ${THEIRS}`],
  ['a misuse from nowhere', at(new Misuse('no'), OURS), 'in online: no', undefined],
])('%s', (_, error, message, remedy) => {
  expect(told(error)).toEqual({
    code: 'plug-in',
    message: expect.stringMatching(new RegExp(`^the part hum,? ${message}$`)),
    remedy,
  });
});

it.each([
  [`${HOUSE}tests/own/hum.ts:3:4`, true],
  [`${HOUSE}my/hum.ts:3:4`, true],
  [`${HOUSE}kernels/hum.ts:3:4`, true],
  [`${HOUSE}devices/models/x.ts:3:4`, false],
  [`${HOUSE}node_modules/x/x.js:3:4`, false],
])('in a clone, %s is the place of a plug-in: %s', (place, isTold) => {
  expect(told(at(new Misuse('no'), OURS, place)).remedy).toBe(isTold ? `see ${place}` : undefined);
});

it('leaves alone what is told already, and what is well', () => {
  const world = new WorldError('disk', 'full');
  expect(threw('the part hum', 'online', world)).toBe(world);
  const inner = threw('the part inner', 'end', new Misuse('no'));
  expect(threw('the part hum', 'online', inner)).toBe(inner);
  expect(inNameOf('the part hum', 'online', () => 7)).toBe(7);
});

it('tells the name that was meant, or those that there are', () => {
  expect(misnamed('no', 'hmu', ['hum', 'echo']).remedy).toBe("did you mean 'hum'?");
  expect(misnamed('no', 'elsewhere', ['hum', 'echo']).remedy).toBe('known: hum, echo');
});

it.each([
  ['the innermost', [THEIRS, OURS], THEIRS],
  ['below a library of theirs', ['file:///theirs/node_modules/x/x.js:1:1', THEIRS, OURS], THEIRS],
  ['below a library of ours', [`${HOUSE}node_modules/x/x.js:1:1`, THEIRS], null],
  ['below us', [OURS, THEIRS], null],
  ['nowhere', [], null],
])('tells what nobody caught as theirs where their place is %s', (_, places, place) => {
  const error = at(new Error('no'), ...places);
  const told = strayed(error);
  if (place === null) expect(told).toBe(error);
  else expect(told).toMatchObject({ code: 'plug-in', remedy: `see ${place}` });
});

it.each([
  ['the innermost of theirs', [OURS, THEIRS, 'file:///theirs/other.ts:9:9'], 'no, at hum.ts:3'],
  ['none of a library', ['file:///theirs/node_modules/x/x.js:1:1'], 'no'],
  ['none of ours', [OURS], 'no'],
])(
  'says in a result at which line of an author, by the name of the file alone: %s',
  (_, places, text) => {
    expect(errorText(at(new Error('no'), ...places))).toBe(text);
  },
);

it('tells of what a plug-in hands over where that lies', () => {
  const hum = {};
  const tell = (hints: (string | undefined)[]) =>
    misgave(hum, 'the model hum', 'sample 3', 'level is NaN', hints);
  expect(tell([undefined]).remedy).toBeUndefined();
  foundAt(hum, THEIRS);
  expect(tell([undefined, 'do'])).toMatchObject({
    message: 'the model hum, in sample 3: level is NaN',
    remedy: `do; see ${THEIRS}`,
  });
});
