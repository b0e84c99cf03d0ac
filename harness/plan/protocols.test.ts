/** What devices speak is in the plan, and what cannot be had with it is told with its place. */
import { describe, expect, it } from 'vitest';
import { hasSession, isWatched, ownWindowOf } from '#kernel';
import { plan } from '../testing/planned.ts';

const meters = (more: string): string =>
  `{ id: meters, model: room-thermostat, count: 4, every: 1s, ${more} }`;
const HTTP = 'protocol: http';
const QUERY = 'select device, n from rows where run = {run}';
const SQL = `store: { sql: { file: x.sqlite, query: '${QUERY}' } }`;
const target = (more: string): string => `target: { url: 'mqtt://127.0.0.1:1883', ${more} }`;
const intake = (text: string): string => `intake: { http: { ${text} } }`;
const POST = "post: 'http://127.0.0.1:8080/{device}/{stream}'";

const said = (wish: Parameters<typeof plan>[0]): string[] => {
  const outcome = plan(wish);
  return outcome.ok
    ? []
    : outcome.problems.map(({ path, message, hint }) => `${path}: ${message}; ${hint ?? ''}`);
};

it('gives its devices a channel, and says what nobody knows of them', () => {
  const outcome = plan({
    fleet: [meters(`qos: 2, ${HTTP}`), '{ model: cold-chain-fridge, count: 1 }'],
  });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  const { plan: made } = outcome;
  expect(made.entries[0]).toMatchObject({ channels: ['http'], protocol: { kind: 'http' } });
  expect(made.entries[0]?.protocol?.params).toEqual({ timeout: 5000 });
  expect(made.cohorts[0]?.channels).toEqual(['http']);
  expect(made.target.intake).toMatchObject({
    http: { headers: { authorization: 'Basic {basic}' } },
  });
  const of = (device: number) => [
    hasSession(made, device),
    isWatched(made, device),
    ownWindowOf(made, device),
  ];
  expect([of(0), of(4)]).toEqual([
    [false, true, 1],
    [true, true, null],
  ]);
});

it('says nothing of it where nobody speaks it', () => {
  const outcome = plan({});
  expect(outcome.ok && 'intake' in outcome.plan.target).toBe(false);
});

describe('what has no session', () => {
  it.each([
    ['session: persistent', /^fleet\[0\]\.session: .*http has no sessions, and so no session/],
    ['will: true', /^fleet\[0\]\.will: .*no will/],
    ['retain: status', /^fleet\[0\]\.retain: .*no value that the target keeps/],
  ])('cannot have %s', (key, why) => {
    expect(said({ fleet: [meters(`${HTTP}, ${key}`)] }).join('\n')).toMatch(why);
  });

  it('is sent nothing, and the workflow that would is refused', () => {
    const more = ['commands: { every: 2s }'];
    const told = said({ fleet: [meters(HTTP)], more });
    expect(told.join('\n')).toMatch(/^fleet\[0\]\.protocol: http has no way down, and command is/);
    expect(told.join('\n')).toMatch(/let them speak mqtt, or leave out the workflow/);
    // Nobody commands anybody, though the model could take commands.
    expect(said({ fleet: [meters(HTTP)] })).toEqual([]);
  });

  it('carries nobody, and is carried by nobody', () => {
    const gateway = `{ id: gw, model: gateway, count: 1, ${HTTP} }`;
    const child = '{ id: kids, model: room-thermostat, count: 2, via: gw }';
    expect(said({ fleet: [gateway, child] }).join('\n')).toMatch(/no way down to whom its devices/);
    const plain = '{ id: gw, model: gateway, count: 1 }';
    const posting = `{ id: kids, model: room-thermostat, count: 2, via: gw, ${HTTP} }`;
    expect(said({ fleet: [plain, posting] }).join('\n')).toMatch(
      /goes via gw and speaks to nobody/,
    );
  });
});

describe('a protocol', () => {
  it.each([
    ['protocol: htp', /there is no protocol 'htp'; did you mean 'http'/],
    ['protocol: { http: { timeot: 1s } }', /timeot/],
    ['protocol: { http: { timeout: 1ms } }', /timeout/],
    ['protocol: mqtt', /^$/],
  ])('%s', (key, why) => {
    expect(said({ fleet: [meters(key)] }).join('\n')).toMatch(why);
  });
});

describe('a target that is not ours', () => {
  const with_ = (more: string): string[] =>
    said({ gear: 'real', fleet: [meters(HTTP)], more: [target(more)] });

  it.each([
    [`${SQL}, ${intake(POST)}`, /^$/],
    [SQL, /nothing says where mqtt:.* takes it; say target\.intake\.http/],
    [
      intake(POST),
      /nobody sees what the devices of meters send as telemetry; say under target\.st/,
    ],
    [`${SQL}, intake: { htp: { ${POST} } }`, /no target takes 'htp' beside MQTT; did you mean/],
    [`${SQL}, intake: { mqtt: {} }`, /no target takes 'mqtt' beside MQTT/],
    [`${SQL}, ${intake("post: 'http://h/{devise}'")}`, /intake\.http\.post: .*\{devise\}/],
    [`${SQL}, ${intake('key: x')}`, /post/],
  ])('%s', (more, why) => {
    expect(with_(more).join('\n')).toMatch(why);
  });

  it('on another machine asks for its owner', () => {
    const far = target(`${SQL}, ${intake("post: 'https://api.example/{device}'")}`);
    const outcome = plan({ gear: 'real', fleet: [meters(HTTP)], more: [far] });
    expect(outcome.ok && outcome.plan.target.elsewhere).toBe('api.example');
  });

  it('is not one that we start', () => {
    const told = (more: string): string =>
      said({ gear: 'real', fleet: [meters(HTTP)], more: [more] }).join('\n');
    expect(told('target: process:mosquitto')).toMatch(/nothing says where mosquitto/);
    expect(told(`target: { kind: embedded, ${intake(POST)} }`)).toMatch(/takes no intake/);
  });
});
