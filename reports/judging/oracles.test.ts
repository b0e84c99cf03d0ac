/**
 * Oracles of a stranger, asked by checkers and proofs of one: of a lane and of the whole fleet,
 * seen by whoever asks, run for nobody else, and out with those who asked them when they throw.
 */
import { describe, expect, it } from 'vitest';
import { defineOracle, type OracleKind, oracleFamily } from '#oracles';
import { type CheckerKind, defineChecker } from '../checker.ts';
import conservation from '../checkers/conservation.ts';
import { defineProof, yes } from '../proof.ts';
import type { Result } from '../result.ts';
import { told } from '../testing/fault-story.ts';
import { ORACLES } from '../testing/oracles.ts';
import { healthy, type Setting, type Story, TELEMETRY } from '../testing/story.ts';
import { EvidenceBook } from './evidence.ts';

/** Counts what the observers saw of a lane; asks another oracle what is new. */
interface Echoes {
  heard: number;
  lane: number | null;
}

const echoes = (over: object = {}): OracleKind =>
  defineOracle({
    kind: 'echoes',
    summary: 'what was heard of a lane',
    scope: 'lane',
    ops: ['observed'],
    start: ({ lane, of }) => {
      const delivery = of('delivery');
      const seen = { heard: 0, lane };
      return Object.assign(seen, {
        step: () => {
          if (delivery.news.kind === 'first-seen') seen.heard++;
        },
      });
    },
    ...over,
  });

/** Every reading of the run in one list, by (t, lane, seq); the phases between them. */
interface Chorus {
  lines: string[];
}

const chorus = (over: object = {}): OracleKind =>
  defineOracle({
    kind: 'chorus',
    summary: 'all that was heard, in one order',
    scope: 'fleet',
    ops: ['observed', 'phase'],
    start: () => {
      const lines: string[] = [];
      return {
        lines,
        step: (entry) => {
          if (entry.op === 'phase') lines.push(`${entry.name} ${entry.begins}`);
          else if (entry.op === 'observed') lines.push(`${entry.device}/${entry.n}`);
        },
      };
    },
    ...over,
  });

/** Says in a finding what it was answered; asks when it is told to. */
const listener = (kind: string, ask: CheckerKind['start'], over: object = {}): CheckerKind =>
  defineChecker({
    kind,
    title: kind,
    refs: [],
    summary: 'Listens.',
    judges: 'always',
    broken: 'fail',
    params: {},
    applies: () => true,
    start: ask,
    say: ({ figures }) => `Heard ${JSON.stringify(figures)}.`,
    ...over,
  });

const lanes: Setting = { devices: 6, lanes: [5, 2, 9] };

const judged = (
  checkers: readonly CheckerKind[],
  oracles: readonly OracleKind[],
  story: Story = healthy(lanes),
): Result => story.judge(checkers, [], [...ORACLES, ...oracles]);

const verdicts = ({ checkers }: Result): string[] => checkers.map(({ verdict }) => verdict);

/** One promise for each thing heard; what was heard of each lane, by its own oracle. */
const perLane = listener('per-lane', ({ lane, of }) => {
  const heard = of<Echoes>('echoes');
  const book = new EvidenceBook();
  let behind = 0;
  let seen = 0;
  return {
    ops: ['observed'],
    // The oracle knows an entry before the checker does.
    step: ({ op }) => {
      if (op === 'observed' && heard.heard < ++seen) behind++;
    },
    end: () => {
      book.kept(heard.heard);
      if (heard.lane !== lane || behind > 0) book.figure('wrong');
      return book.close();
    },
  };
});

/** The same of everybody: each lane sees the whole fleet, from its first entry on. */
const perFleet = listener('per-fleet', ({ of }) => {
  const heard = of<Chorus>('chorus');
  const book = new EvidenceBook();
  return {
    step: () => book.figure(heard.lines.length === 0 ? 'too early' : 'in time'),
    end: () => {
      book.kept(heard.lines.length);
      return book.close();
    },
  };
});

const READINGS = 6 * 19;
const PHASES = 10;

describe('an oracle of a lane', () => {
  it('sees its lane before the checker does, whatever the shards', () => {
    for (const shards of [null, [[9, 5, 2]], [[2], [5, 9]]]) {
      const story = healthy(lanes);
      story.shards = shards;
      const [answer] = judged([perLane], [echoes()], story).checkers;
      expect(answer).toMatchObject({ verdict: 'pass', decided: READINGS });
      expect(answer?.summary).toContain('Heard {}.');
    }
  });
});

describe('an oracle of the fleet', () => {
  it('has seen the whole ledger, in one order, before a lane is stepped through', () => {
    const texts = new Set<string>();
    const noting = listener('noting', ({ of }) => {
      const { lines } = of<Chorus>('chorus');
      const end = (): ReturnType<EvidenceBook['close']> => {
        texts.add(lines.join());
        return new EvidenceBook().close();
      };
      return { ops: [], end };
    });
    for (const shards of [null, [[9, 5, 2]], [[2], [5, 9]]]) {
      const story = healthy(lanes);
      story.shards = shards;
      const { checkers } = judged([perFleet, noting], [chorus()], story);
      const fleet = checkers.find(({ id }) => id === 'per-fleet');
      expect(fleet).toMatchObject({ verdict: 'pass', decided: 3 * (READINGS + PHASES) });
      expect(fleet?.summary).not.toContain('too early');
    }
    expect(texts.size).toBe(1);
    expect([...texts][0]).toMatch(/^warmup true,0\/0,1\/0,2\/0,3\/0,4\/0,5\/0,/);
  });

  it('is started once for all who ask, also when all lanes are done', () => {
    let starts = 0;
    const counted = chorus({
      start: (context: never) => {
        starts++;
        return chorus().start(context);
      },
    });
    const late = listener('late', () => ({ ops: [], end: () => new EvidenceBook().close() }), {
      conclude: (_: unknown, { of }: { of<T>(kind: string): T }) => {
        const book = new EvidenceBook();
        book.kept(of<Chorus>('chorus').lines.length);
        return book.close();
      },
    });
    expect(judged([late], [counted]).checkers).toMatchObject([{ decided: READINGS + PHASES }]);
    expect(starts).toBe(1);
    expect(verdicts(judged([late, perFleet], [counted]))).toEqual(['pass', 'pass']);
    expect(starts).toBe(2);
  });

  it('may be asked by one of a lane, and cannot ask one itself', () => {
    const leaning = echoes({
      kind: 'leaning',
      start: ({ of }: { of<T>(kind: string): T }) => {
        const { lines } = of<Chorus>('chorus');
        return { step: () => {}, heard: lines };
      },
    });
    const asks = listener('asks', ({ of }) => {
      const { heard } = of<{ heard: string[] }>('leaning');
      const end = (): ReturnType<EvidenceBook['close']> => {
        const book = new EvidenceBook();
        book.kept(heard.length);
        return book.close();
      };
      return { ops: [], end };
    });
    expect(verdicts(judged([asks], [leaning, chorus()]))).toEqual(['pass']);
    const narrow = chorus({
      start: ({ of }: { of(kind: string): unknown }) => ({
        lines: [of('delivery')],
        step: () => {},
      }),
    });
    const [answer] = judged([perFleet], [narrow]).checkers;
    expect(answer?.summary).toContain("'delivery' sees one lane and can only be asked there");
  });
});

describe('an oracle of the fleet that asks another one when entries have gone by', () => {
  it('is told that it is too late, since that one has missed them', () => {
    const tardy = chorus({
      kind: 'tardy',
      start: ({ of }: { of<T>(kind: string): T }) => {
        const lines: string[] = [];
        return { lines, step: () => lines.push(...of<Chorus>('chorus').lines) };
      },
    });
    const asks = listener('asks', ({ of }) => {
      of<Chorus>('tardy');
      return { ops: [], end: () => new EvidenceBook().close() };
    });
    const [answer] = judged([asks], [tardy, chorus()]).checkers;
    expect(answer?.verdict).toBe('unknown');
    expect(answer?.summary).toContain("'chorus' was not asked for at the start");
  });
});

describe('an oracle of a lane with a half that sees the fleet', () => {
  const whole = (over: object = {}): OracleKind =>
    echoes({
      fleet: { ops: ['observed', 'phase'], start: chorus().start },
      start: ({ of }: { of<T>(kind: string): T }) => {
        const { lines } = of<Chorus>('echoes/fleet');
        return { step: () => {}, lines };
      },
      ...over,
    });
  const asks = listener('asks', ({ of }) => {
    const { lines } = of<Chorus>('echoes');
    const book = new EvidenceBook();
    return {
      step: () => book.figure(lines.length === 0 ? 'too early' : 'in time'),
      end: () => {
        book.kept(lines.length);
        return book.close();
      },
    };
  });

  it('has seen the whole ledger when its lane begins', () => {
    const [answer] = judged([asks], [whole()]).checkers;
    expect(answer).toMatchObject({ verdict: 'pass', decided: 3 * (READINGS + PHASES) });
    expect(answer?.summary).not.toContain('too early');
  });

  it('is one plug-in, whose half is known to whoever knows the word', () => {
    const alone = listener('alone', ({ of }) => {
      const { lines } = of<Chorus>('echoes/fleet');
      const end = (): ReturnType<EvidenceBook['close']> => {
        const book = new EvidenceBook();
        book.kept(lines.length);
        return book.close();
      };
      return { ops: [], end };
    });
    const [known] = judged([alone], [whole()]).checkers;
    expect(known).toMatchObject({ verdict: 'pass', decided: 3 * (READINGS + PHASES) });
    const [answer] = judged([alone], [echoes()]).checkers;
    expect(answer?.summary).toContain("there is no oracle 'echoes/fleet' here");
  });

  it('is refused where it is malformed', () => {
    const bad = (fleet: unknown): string[] => oracleFamily.check(whole({ fleet }));
    expect(oracleFamily.check(whole())).toEqual([]);
    expect(bad('all')).toEqual([expect.stringMatching(/^fleet must be a map/)]);
    expect(bad({ ops: ['observed'] })).toEqual(['fleet.start is missing']);
    expect(bad({ start: () => {} })).toEqual(['fleet.ops is missing']);
  });
});

describe('an oracle that nobody asks', () => {
  it('is never started', () => {
    const never = (): never => {
      throw new Error('was started');
    };
    const idle = [echoes({ start: never }), chorus({ start: never })];
    const result = judged([conservation], idle);
    expect(verdicts(result)).toEqual(['pass']);
    expect(result.reasons.join()).not.toContain('was started');
  });
});

describe('a checker that says which oracles it asks', () => {
  it('asks those and no other', () => {
    const asking = (asks: string[]): CheckerKind => ({ ...perLane, asks });
    expect(verdicts(judged([asking(['echoes'])], [echoes()]))).toEqual(['pass']);
    const [answer] = judged([asking(['delivery'])], [echoes()]).checkers;
    expect(answer?.verdict).toBe('unknown');
    expect(answer?.summary).toContain(
      "the oracle 'echoes' is not among those that it says it asks",
    );
  });
});

describe('an oracle that fails', () => {
  const throws = (): never => {
    throw new Error('out of ink');
  };
  const unknown = (why: string) => [
    { id: 'conservation', verdict: 'pass' },
    { verdict: 'unknown', summary: `The checker failed: ${why}.` },
  ];

  it.each([
    ['at its start', { start: throws }],
    ['on the way', { start: () => ({ step: throws }) }],
  ])('leaves unknown whoever asked it, and nobody else: %s', (_, over) => {
    const lane = judged([conservation, perLane], [echoes(over)]);
    const why = (kind: string): string => `the oracle '${kind}' failed: out of ink`;
    expect(lane.checkers).toMatchObject(unknown(why('echoes')));
    const fleet = judged([conservation, perFleet], [chorus(over)]);
    expect(fleet.checkers).toMatchObject(unknown(why('chorus')));
    expect(fleet.messages).toEqual(healthy(lanes).judge([]).messages);
  });

  it('is like one that is not there', () => {
    const { checkers, verdict } = judged([conservation, perLane], []);
    expect(checkers).toMatchObject(unknown("there is no oracle 'echoes' here"));
    expect(verdict).toBe('unknown');
  });

  it('makes the run invalid where our own account needs it', () => {
    const without = (kind: string): OracleKind[] => ORACLES.filter((one) => one.kind !== kind);
    for (const over of [{ start: throws }, { start: () => ({ step: throws }) }]) {
      const broken = echoes({ kind: 'delivery', ops: undefined, ...over });
      const result = healthy().judge([conservation], [], [...without('delivery'), broken]);
      const why = "the oracle 'delivery' failed: out of ink";
      expect(result.verdict).toBe('invalid');
      expect(result.reasons[0]).toBe(`Our own account of the messages could not be kept: ${why}.`);
      expect(verdicts(result)).toEqual(['unknown']);
    }
    expect(healthy().judge([], [], []).reasons[0]).toContain("there is no oracle 'delivery' here");
  });

  it('leaves undecided the fault whose proof asked it', () => {
    const proof = defineProof({
      kind: 'overheard',
      summary: 'its targets were heard while it acted',
      link: () => ({}),
      witness: ({ of }) => {
        const heard = of<Echoes>('echoes');
        return { ops: [], end: () => ({ heard: heard.heard }) };
      },
      read: ({ counted }) => [yes(`${counted('heard')} were heard`)],
    });
    const effect = (oracle: OracleKind): unknown => {
      const story = told({ proof: { kind: 'overheard' } });
      return story.judge([], [proof], [...ORACLES, oracle]).faults[0];
    };
    expect(effect(echoes())).toMatchObject({ effective: true, evidence: '76 were heard.' });
    expect(effect(echoes({ start: () => ({ step: throws }) }))).toMatchObject({
      effective: null,
      evidence: "Its proof failed: the oracle 'echoes' failed: out of ink.",
    });
  });
});

it('asks by a name that only its author knows, and types what the doors export', () => {
  const typed = listener('typed', ({ of }) => {
    const lives = of('connections').of(0).connections;
    const view = of('delivery').find(0, TELEMETRY, 0);
    const end = (): ReturnType<EvidenceBook['close']> => {
      const book = new EvidenceBook();
      book.kept(lives.length + (view?.n ?? 0));
      return book.close();
    };
    return { ops: [], end };
  });
  expect(verdicts(judged([typed], []))).toEqual(['pass']);
});
