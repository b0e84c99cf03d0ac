import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LANES, type Message } from '#kernel';
import { survived } from '../../kernel/testing/fuzz.ts';
import { productionFiles, ROOT } from '../../tools/house.ts';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { codecFamily } from './codec-family.ts';
import json, { readHead } from './codecs/json.ts';
import { dialectFuzz, FORMS, message, RUN } from './dialect.fuzz.ts';
import type { Dialect } from './dialect.ts';
import { dialectFamily } from './dialect-family.ts';
import { laneDialect } from './lanes.ts';
import { templateDialect, templateProblems } from './template.ts';

const dialects: [string, Dialect, boolean][] = [
  ['native', laneDialect(RUN, json), true],
  ...Object.entries(FORMS).map(([name, form]): [string, Dialect, boolean] => [
    `template: ${name}`,
    templateDialect({ run: RUN, ...form, codec: json }),
    form.payload === null || form.payload.includes('{values}'),
  ]),
];

describe.each(dialects)('%s', (name, dialect, carriesValues) => {
  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(message, (sent) => {
        const packet = dialect.encode(sent);
        expect(packet).toMatchObject({ qos: sent.qos, retain: sent.retain });
        const { device, stream } = sent;
        expect(dialect.place(packet.topic)).toMatchObject({ device, stream });
        expect(dialect.topicOf(sent)).toBe(packet.topic);
        const { n, epoch, intended } = sent;
        expect(dialect.decode(packet.topic, packet.payload)).toEqual([
          { device, stream, n, epoch, intended },
        ]);
        // -0 has no JSON form of its own.
        const values = JSON.parse(JSON.stringify(sent.values)) as Message['values'];
        expect(dialect.values(packet.payload)).toEqual([carriesValues ? values : {}]);
      }),
      { seed: 21, numRuns: 150 },
    );
  });

  it('subscribes to what it writes, and to no other lane where topics tell the lane', () => {
    fc.assert(
      fc.property(
        message,
        fc.uniqueArray(fc.nat(LANES - 1), { minLength: 1, maxLength: 5 }),
        (sent, lanes) => {
          const { topic } = dialect.encode(sent);
          const matched = dialect.subscriptions(lanes).filter((filter) => matches(filter, topic));
          expect(matched.length).toBe(dialect.fansIn || lanes.includes(sent.lane) ? 1 : 0);
          const streams = ['command', 'lid-count'];
          expect(dialect.downFilters(sent.lane, sent.device, streams)).toEqual(
            streams.map((stream) => dialect.encode({ ...sent, stream }).topic),
          );
        },
      ),
      { seed: 22 },
    );
    expect(dialect.subscriptions([])).toEqual([]);
  });

  it('sees no message in garbage, and no values', () => {
    expect(survived(dialectFuzz(name, [dialect]), 23, 300)).toBe(300);
  });
});

describe('native topics', () => {
  const dialect = laneDialect(RUN, json);
  const payload = dialect.encode({
    device: 'a/b/1',
    lane: 3,
    stream: 'telemetry',
    n: 1,
    epoch: 0,
    intended: 5,
    qos: 1,
    retain: false,
    values: {},
  }).payload;
  it.each([
    'tw/other/3/a/b/1/telemetry',
    `tw/${RUN}/64/a/telemetry`,
    `tw/${RUN}/-1/a/telemetry`,
    `tw/${RUN}/03/a/telemetry`,
    `tw/${RUN}/1e0/a/telemetry`,
    `tw/${RUN}//a/telemetry`,
    `tw/${RUN}/3/telemetry`,
    `tw/${RUN}/3//telemetry`,
    `tw/${RUN}/3/a/`,
    `tw/${RUN}/3`,
    `tw/${RUN}`,
    '',
  ])('%s is none', (topic) => {
    expect(dialect.decode(topic, payload)).toEqual([]);
  });

  it('writes the documented bytes', () => {
    expect(Buffer.from(payload).toString()).toBe('{"n":1,"e":0,"t":5,"v":{}}');
  });
});

describe('the head of an envelope', () => {
  const read = (text: string) => readHead(Buffer.from(text));
  it('is read whatever the layout of the JSON', () => {
    const head = { n: 12, e: 3, t: 4.5 };
    expect(read('{"n":12,"e":3,"t":4.5,"v":{"a":1}}')).toEqual(head);
    expect(read('{ "v" : {}, "t": 4.5, "x": 0, "e": 3, "n": 12 }')).toEqual(head);
  });
  it('is what JSON makes of it, whatever the order of its fields', () => {
    const scalar = fc.constantFrom('0', '7', '120', '9007199254740991', '-1', '1.5', '1e3', '"1"');
    const map = fc.constantFrom('{}', '{"a":1}', '[]', 'null');
    const fields = fc
      .shuffledSubarray(['n', 'e', 't', 'v', 'x'], { minLength: 4 })
      .chain((names) =>
        fc.tuple(
          ...names.map((name) => (name === 'v' ? map : scalar).map((one) => `"${name}":${one}`)),
        ),
      );
    let [heads, nothings] = [0, 0];
    fc.assert(
      fc.property(fields, (written) => {
        const text = `{${written.join(',')}}`;
        const { n, e, t, v } = JSON.parse(text) as Record<string, unknown>;
        const isCount = (one: unknown): boolean => Number.isInteger(one) && Number(one) >= 0;
        const isMap = v instanceof Object && !Array.isArray(v);
        const isHead = isCount(n) && isCount(e) && typeof t === 'number' && isMap;
        expect(read(text), text).toEqual(isHead ? { n, e, t } : null);
        if (isHead) heads++;
        else nothings++;
      }),
      { seed: 24, numRuns: 1000 },
    );
    expect(Math.min(heads, nothings)).toBeGreaterThan(30);
  });
  it.each([
    '{"n":1,"x":2,"t":3,"v":{}}',
    '{"m":1,"e":2,"t":3,"v":{}}',
    '{"n":1,"e":2,"s":3,"v":{}}',
    '{"n":1,"e":2,"t":3,"w":{}}',
  ])('has its own names: %s', (text) => {
    expect(read(text)).toBeNull();
  });
  it('survives a damaged value, since the hash tells of it', () => {
    expect(read('{"n":12,"e":3,"t":4,"v":{"a":\u0000}}')).toEqual({ n: 12, e: 3, t: 4 });
  });
  it.each([
    '',
    '{}',
    'null',
    '[]',
    '{"n":-1,"e":0,"t":0,"v":{}}',
    '{"n":1.5,"e":0,"t":0,"v":{}}',
    '{"n":1,"e":0,"v":{}}',
    '{"n":"1","e":0,"t":0,"v":{}}',
    '{"n":01,"e":0,"t":0,"v":{}}',
    '{"n":1,"e":0,"t":0,"v":[]}',
    '{"n":99999999999999999999,"e":0,"t":0,"v":{}}',
    '{"n":,"e":0,"t":0,"v":{}}',
    '{"n":1,"e":0,"t":0,"v":{',
  ])('is not in %s', (text) => {
    expect(read(text)).toBeNull();
  });
});

describe('templates', () => {
  it.each([
    ['a/{device}', '{envelope}', 'stream'],
    ['a/{stream}', '{envelope}', 'device'],
    ['a/{device}-{stream}', '{envelope}', '"/"'],
    ['a/{device}/{stream}/#', '{envelope}', 'wildcard'],
    ['a/{device}/{stream}/{n}', '{envelope}', 'payload template'],
    ['a/{device}/{device}/{stream}', '{envelope}', 'twice'],
    ['a/{device}/{stream}', '{n} {t}', '{e}'],
    ['a/{device}/{stream}', '{n}{e} {t}', 'separator'],
    ['a/{device}/{stream}', '{envelope} {n} {e} {t}', 'alone'],
  ])('%s with %s is told to be wrong', (topic, payload, word) => {
    expect(templateProblems(topic, payload).join('\n')).toContain(word);
  });

  it('disagreeing about the device is no sighting', () => {
    const payload = '{device};{n};{e};{t}';
    const dialect = templateDialect({
      run: RUN,
      topic: 'a/{device}/{stream}',
      payload,
      codec: json,
    });
    expect(dialect.decode('a/x/telemetry', Buffer.from('x;1;2;3'))).toHaveLength(1);
    expect(dialect.decode('a/x/telemetry', Buffer.from('y;1;2;3'))).toEqual([]);
  });
});

describe('every dialect of the folder', () => {
  it('binds to a run with its codec, and one serves each target that names none', async () => {
    const catalog = await loadCatalog([dialectFamily, codecFamily]);
    const [dialects, codecs] = [catalog.of(dialectFamily), catalog.of(codecFamily)];
    const forms = [
      { topic: null, payload: null, codec: null },
      { topic: 'a/{device}/{stream}', payload: null, codec: null },
      { topic: null, payload: '{n} {e} {t}', codec: null },
    ];
    for (const form of forms) {
      const serving = [...dialects.values()].filter((kind) => kind.serves?.(form) === true);
      expect(serving).toHaveLength(1);
    }
    for (const kind of dialects.values()) {
      expect(kind).toMatchObject({ family: 'dialect', summary: expect.stringMatching(/./) });
      const codec = codecs.get(kind.codec ?? '') ?? null;
      expect(codec === null).toBe(kind.codec === undefined);
      const dialect = kind.bind({ run: RUN, topic: null, payload: null, codec });
      const [filter = ''] = dialect.downFilters(1, 'd', ['command']);
      expect(filter).not.toBe('');
      // Who hands on in another form has topics of its own for devices.
      if (dialect.core !== undefined) continue;
      expect(matches(filter, dialect.topicOf({ lane: 1, device: 'd', stream: 'command' }))).toBe(
        true,
      );
    }
  });
});

it('nobody names a dialect or a codec but its own file', () => {
  const named = /\/(?:native|template|codecs\/\w+)\.ts'|dialect[^'\n]{0,12}'(?:native|template)'/i;
  expect(named.test("import { nativeDialect } from '../dialects/native.ts';")).toBe(true);
  expect(named.test("dialect ?? 'template'")).toBe(true);
  const own = /^harness\/dialects\/(?:native|template|codecs\/\w+)\.ts$/;
  const naming = productionFiles(ROOT)
    .filter((file) => file.startsWith('harness/') && !own.test(file))
    .filter((file) => named.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(naming).toEqual([]);
});

/** MQTT topic filters, MQTT 3.1.1 §4.7. */
function matches(filter: string, topic: string): boolean {
  const [f, t] = [filter.split('/'), topic.split('/')];
  for (let i = 0; i < f.length; i++) {
    if (f[i] === '#') return t.length >= i;
    if (t[i] === undefined || (f[i] !== '+' && f[i] !== t[i])) return false;
  }
  return f.length === t.length;
}
