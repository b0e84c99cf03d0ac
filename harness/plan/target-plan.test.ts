/**
 * What a plan says a target promises is what it promises; and what is written of a target that
 * nobody can give is told with its place, whoever brought the kind.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Catalog, Family, Plugin, Problem, TargetPlan } from '#kernel';
import { DEFAULT_LIMITS, guaranteesOf } from '#platform';
import { parseScenario } from '#scenarios';
import { loadCatalog, PluginCatalog } from '../catalog/load-catalog.ts';
import { codecFamily } from '../dialects/codec-family.ts';
import { dialectFamily } from '../dialects/dialect-family.ts';
import { defineTarget } from '../targets/target.ts';
import { targetFamily } from '../targets/target-family.ts';
import { planTarget } from './target-plan.ts';
import { brokerWords } from './target-words.ts';

const FAMILIES: readonly Family[] = [targetFamily, brokerWords, dialectFamily, codecFamily];

let catalog: Catalog;
beforeAll(async () => {
  const known = await loadCatalog(FAMILIES);
  const process = known.of(targetFamily).get('process');
  if (process === undefined) throw new Error('there is a target kind for processes');
  const toy = defineTarget({
    ...process,
    kind: 'toy',
    params: { port: { kind: 'integer', about: 'Where it listens.', min: 1, max: 65_535 } },
    offers: ['telemetry', 'echo'],
    plan: ({ params, written }) => {
      const { broker } = written;
      return { name: 'a toy', params, broker, elsewhere: null, killable: false };
    },
  });
  const kinds = FAMILIES.map((family): [string, Map<string, Plugin>] => [
    family.family,
    new Map(known.of(family)),
  ]);
  kinds[0]?.[1].set('toy', toy);
  kinds[0]?.[1].set('sims', { ...toy, kind: 'sims', gears: ['sim'] } as Plugin);
  catalog = new PluginCatalog(FAMILIES, new Map(kinds));
});

/** As a scenario says it, checked as one. */
function planned(
  written: string,
  mutant: string | null = null,
  gear: 'sim' | 'real' = 'real',
): { target: TargetPlan | null; problems: readonly Problem[] } {
  const text = `twinstorm: 1\nname: x\nfleet: [{ model: m, count: 1 }]\ntarget: ${written}\n`;
  const parsed = parseScenario(text, 'x.yaml', [], catalog);
  if (!parsed.ok) return { target: null, problems: parsed.problems };
  return planTarget(parsed.scenario.target, { gear, mutant }, catalog);
}

const said = (written: string): string =>
  planned(written)
    .problems.map(({ path, message, hint }) => `${path}: ${message} (${hint ?? ''})`)
    .join('\n');

describe('the plan of the platform twin', () => {
  it('promises what the twin states when it runs with it', () => {
    const guarantees = planned('embedded', null, 'sim').target?.guarantees;
    const queueLimit = guarantees?.queueLimit ?? 0;
    expect(guaranteesOf({ limits: { ...DEFAULT_LIMITS, queueLimit } })).toEqual(guarantees);
  });

  it('takes neither dialect nor codec nor anything else it has of its own', () => {
    expect(said('{ kind: embedded, codec: json }')).toContain('target.codec: the platform twin');
    expect(said('{ kind: embedded, guarantees: { ordered: false } }')).toContain(
      'target.guarantees: the platform twin',
    );
    expect(planned('{ kind: embedded }').problems).toEqual([]);
  });
});

describe('guarantees', () => {
  it.each([
    ['of a stranger', 'mqtt://127.0.0.1', 1000],
    ['of a broker that is named', '{ url: mqtt://127.0.0.1, broker: mosquitto }', 1000],
    ['that the scenario declares', '{ url: mqtt://127.0.0.1, guarantees: { queue-limit: 7 } }', 7],
  ])('%s', (_, written, queueLimit) => {
    expect(planned(written).target?.guarantees.queueLimit).toBe(queueLimit);
  });

  it('name the broker they are of', () => {
    expect(planned('process:/opt/bin/mosquitto').target?.broker).toBe('mosquitto');
    expect(planned('process:sh').target?.broker).toBeNull();
    expect(said('{ url: mqtt://127.0.0.1, broker: mosqito }')).toContain("'mosquitto'");
  });
});

describe('a kind of target that somebody brings', () => {
  it('is named in the file, with parameters of its own', () => {
    const { target, problems } = planned('{ kind: toy, with: { port: 80 }, codec: json }');
    expect(problems).toEqual([]);
    expect(target).toMatchObject({
      kind: 'toy',
      params: { port: 80 },
      codec: 'json',
      dialect: 'native',
      offers: ['telemetry', 'echo'],
      keepsTelemetry: true,
      killable: false,
    });
  });

  it('is never taken for the twin in sim, whatever it says of itself', () => {
    const { problems } = planned('{ kind: sims, with: { port: 80 } }', null, 'sim');
    expect(problems).toMatchObject([
      { code: 'gear', message: 'the sim gear has only the platform twin as its target' },
    ]);
    expect(planned('{ kind: sims, with: { port: 80 } }', null, 'real').problems).toMatchObject([
      { code: 'gear', message: "a target of the kind 'sims' does not stand in the real gear" },
    ]);
  });

  it('has its mistakes told with their place', () => {
    expect(said('{ kind: toi }')).toMatch(/target\.kind.*there is no target 'toi'.*'toy'/);
    expect(said('{ kind: toy, with: { prot: 80 } }')).toMatch(/target\.with\.prot.*port/);
    expect(said('{ kind: toy }')).toContain('target.with.port is missing');
    expect(said('{ kind: toy, url: mqtt://127.0.0.1 }')).toContain('cannot stand beside kind');
    expect(said('{ process: toy, observe: mqtt://127.0.0.1 }')).toContain('only goes with url');
    expect(said('{ kind: url, with: { url: mqtt://127.0.0.1, observe: nowhere } }')).toContain(
      'target.with.observe must be',
    );
    expect(said('{ process: toy, with: {} }')).toContain('only goes with kind');
    expect(said('{ kind: url, with: { url: "mqtt://a:b@127.0.0.1" } }')).toContain(
      'target.with.url must not carry a user or password',
    );
  });
});

describe('a dialect and a codec', () => {
  it.each([
    ['mqtt://127.0.0.1', 'native'],
    ['{ url: mqtt://127.0.0.1, topic: "a/{device}/{stream}" }', 'template'],
    ['{ url: mqtt://127.0.0.1, dialect: template }', 'template'],
    ['{ process: mosquitto, dialect: native }', 'native'],
  ])('are chosen by what is written: %s', (written, dialect) => {
    const { target, problems } = planned(written);
    expect(problems).toEqual([]);
    expect(target).toMatchObject({ dialect, codec: 'json' });
  });

  it.each([
    ['dialect: nativ', /target\.dialect.*there is no dialect 'nativ'.*'native'/],
    ['codec: jsn', /target\.codec.*there is no codec 'jsn'.*'json'/],
    ['dialect: native, topic: "a/{device}/{stream}"', /target\.topic: .*takes no template/],
    ['topic: "a/{device}"', /target\.topic: \{stream\}/],
    ['codec: json, payload: "{n} {e} {t}"', /target\.codec: a codec makes an \{envelope\}/],
  ])('%s is told', (written, words) => {
    expect(said(`{ url: mqtt://127.0.0.1, ${written} }`)).toMatch(words);
  });
});
