/** The long forms of TX-18 and TX-31: ten thousand chunks, ten thousand bodies. */
import { describe, expect, it } from 'vitest';
import { Bench } from '../../chaos/testing/bench.ts';
import { fuzzApi } from '../../chaos/testing/drawn-calls.ts';
import { ENGINES } from '../../chaos/testing/engines.ts';
import { expectUniform } from '../../chaos/testing/jitter.ts';

describe.each(ENGINES)('the $name', (kind) => {
  it('TX-18 draws jitter evenly, over ten thousand chunks', async (context) => {
    context.skip(kind.skip, kind.reason);
    const bench = new Bench(kind);
    await bench.start();
    try {
      await expectUniform(bench, 1000, 10, 0.04);
    } finally {
      await bench.cleanUp();
      await bench.stop();
    }
  });
});

describe.each(ENGINES.filter(({ isReal }) => !isReal))('the $name', (kind) => {
  it('TX-31 survives ten thousand bodies', async () => {
    const engine = await kind.start();
    try {
      expect((await fuzzApi(engine, 31, 10_000)).flaws).toEqual([]);
    } finally {
      await engine.stop();
    }
  });
});
