/** Hands that fail half-way put back what they had done; the ledger says what the target did. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { FaultPlan, OpName } from '#kernel';
import { type ActionPorts, faultActions } from './fault-actions.ts';
import type { ShardControl } from './shard.ts';

let did: string[];
beforeEach(() => {
  did = [];
});

/** A shard whose calls are noted; one that is broken cuts no power. */
function shard(name: string, isBroken = false): ShardControl {
  const cutPower = async (): Promise<void> => {
    if (isBroken) throw new Error(`${name} is broken`);
    did.push(`${name} cut`);
  };
  const restorePower = async (): Promise<void> => void did.push(`${name} restored`);
  return { cutPower, restorePower } as unknown as ShardControl;
}

const actionsOf = (ports: Partial<ActionPorts>): ReturnType<typeof faultActions> =>
  faultActions({
    shards: [],
    targetAccepts: async () => false,
    ledger: { write: (_: OpName, { is }: { is: string }) => did.push(`target ${is}`) },
    ...ports,
  } as unknown as ActionPorts);

it('power comes back everywhere when one shard cannot cut it', async () => {
  const actions = actionsOf({ shards: [shard('a'), shard('b', true)] });
  await expect(actions.cutPower([1])).rejects.toThrow('b is broken');
  expect(did.sort()).toEqual(['a cut', 'a restored', 'b restored']);
});

it('power comes back once', async () => {
  const undo = await actionsOf({ shards: [shard('a')] }).cutPower([1]);
  await Promise.all([undo(), undo()]);
  await undo();
  expect(did).toEqual(['a cut', 'a restored']);
});

it('a target whose killing failed half-way is started, and the failure is told', async () => {
  const start = async (): Promise<void> => void did.push('start');
  const kill = async (): Promise<void> => {
    throw new Error('exit 3');
  };
  await expect(actionsOf({ target: { kill, start } }).killTarget()).rejects.toThrow('exit 3');
  expect(did).toEqual(['target killed', 'target started', 'start', 'target accepting']);
});

it('a killed target refuses, and accepts again once it is started', async () => {
  const nothing = async (): Promise<void> => {};
  const undo = await actionsOf({ target: { kill: nothing, start: nothing } }).killTarget();
  await undo();
  const said = ['killed', 'refusing', 'started', 'accepting'];
  expect(did).toEqual(said.map((text) => `target ${text}`));
});

it('a target is given a trouble, and it is taken off once', async () => {
  const suffer = async (fault: string, trouble: object | null): Promise<void> =>
    void did.push(`${fault} ${JSON.stringify(trouble)}`);
  const fault = { id: 'f', inside: { full: true } } as unknown as FaultPlan;
  const undo = await actionsOf({ target: { suffer } as never }).trouble(fault);
  await Promise.all([undo(), undo()]);
  expect(did).toEqual(['f {"full":true}', 'f null']);
});

it('a trouble that was half given is taken off, and one that nobody can give is told', async () => {
  const fault = { id: 'f', inside: { still: true } } as unknown as FaultPlan;
  const suffer = async (_: string, trouble: object | null): Promise<void> => {
    did.push(String(trouble === null));
    if (trouble !== null) throw new Error('no signal');
  };
  const actions = actionsOf({ target: { suffer } as never });
  await expect(actions.trouble(fault)).rejects.toThrow('no signal');
  expect(did).toEqual(['false', 'true']);
  await expect(actionsOf({ target: {} as never }).trouble(fault)).rejects.toThrow('nobody can');
});

describe('a hand', () => {
  const fault = { id: 'f', params: { hand: 'db' } } as unknown as FaultPlan;
  const give = async (): Promise<void> => void did.push('given');

  it('whose proof did not hold beforehand took nothing, and gives nothing back', async () => {
    const take = async (): Promise<void> => {
      throw new Error('its proof does not hold');
    };
    const actions = actionsOf({ hands: { take, give } });
    await expect(actions.useHand(fault)).rejects.toThrow('does not hold');
    expect(did).toEqual([]);
  });

  it('that failed half-way is given back', async () => {
    const take = async (_: string, tell: (is: string) => void): Promise<void> => {
      tell('taking');
      throw new Error('exit 3');
    };
    await expect(actionsOf({ hands: { take, give } }).useHand(fault)).rejects.toThrow('exit 3');
    expect(did).toEqual(['target taking', 'given']);
  });

  it('is given back once', async () => {
    const take = async (_: string, tell: (is: string) => void): Promise<void> => tell('taking');
    const undo = await actionsOf({ hands: { take, give } }).useHand(fault);
    await Promise.all([undo(), undo()]);
    expect(did).toEqual(['target taking', 'given']);
  });
});
