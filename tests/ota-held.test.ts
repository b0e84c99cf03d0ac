/**
 * A rule holds a campaign of firmware, and nobody tells the operator: the run is judged by the
 * moves that the target lists, each of which somebody must have asked for.
 */
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());

/** `more`: what the operator says to the campaign. */
const scenario = (act: string, more = ''): string => `twinstorm: 1
name: held
seed: 43
time: { warmup: 4s, steady: 10s, chaos: 40s, settle: 16s, drain: 4s }
topology: { regions: { north: { sites: 1 } } }
fleet:
  - id: fridges
    model: cold-chain-fridge
    count: 12
    per: site
    every: 2s
    session: persistent
    with: { heatCapacity: 3000, leakage: 12, coolingPower: 600, band: 1.6 }
workflows:
  - ota:
      { name: spring, to: 2.1.0, waves: [50%, 100%], gate: { within: 20s }, rate: 30, at: steady+1s${more} }
  - rules: { name: too-warm, when: temperature > 4.5, clear: temperature < 4.0 }
  - acts: { name: hold, rule: too-warm, do: { ${act} }, guard: { dead: 5s, fleet: { most: 1, over: 20s } } }
`;

const PAUSE = 'pause: spring';
const COMMAND = 'command: { name: setpoint, value: 3 }';

async function run(name: string, code: number, text: string, ...flags: string[]) {
  const file = box.write(`${name}.yaml`, text);
  const { checkers } = await box.judged(code, name, file, '--gear', 'sim', ...flags);
  const of = (op: string) => box.ledger(name, '--op', op);
  const decided = (await of('acts/decided')).filter(({ done }) => done);
  decided.sort((a, b) => Number(a.place) - Number(b.place));
  const findings = checkers.flatMap(({ findings: own }) => own.map(({ message }) => message));
  return { decided, findings, moved: await of('moved'), took: await of('ota/took') };
}

it('is paused by a rule, and waits for good', async () => {
  const { decided, moved } = await run('held', 0, scenario(PAUSE));
  expect(decided.length).toBeGreaterThan(1);
  expect(moved).toMatchObject([{ campaign: 'spring', move: 'pause', at: decided[0]?.decided }]);
}, 60_000);

it('is paused by a rule, and let go on by its operator, who is told since when it is', async () => {
  const said = ', pause: chaos+1s, resume: chaos+2s';
  const { decided, moved, took } = await run('both', 0, scenario(PAUSE, said));
  expect(took).toMatchObject([
    { move: 'pause', at: decided[0]?.decided },
    { move: 'resume', status: 200 },
  ]);
  expect(moved).toMatchObject([{ move: 'pause', at: decided[1]?.decided }]);
}, 60_000);

it.each([
  ['a rule that may pause it', PAUSE, ', pause: steady+1100ms, resume: steady+9s'],
  ['a rule that does something else', COMMAND, ''],
])(
  'is paused by itself, beside %s',
  async (_, act, said) => {
    const bug = ['--mutant', 'ota-pauses-itself'];
    const { findings } = await run('itself', 1, scenario(act, said), ...bug);
    expect(findings).toContainEqual(expect.stringContaining('which nobody asked for'));
  },
  60_000,
);
