/** TX-31: no request may crash the strict engine or hang it. Ten thousand are in bench/slow. */
import { expect, it } from 'vitest';
import { startProxyServer } from './proxy-server.ts';
import { fuzzApi } from './testing/drawn-calls.ts';
import { call } from './testing/engines.ts';

it.each(['strict', 'compat'] as const)('TX-31 answers whatever it is asked (%s)', async (mode) => {
  const server = await startProxyServer({ host: '127.0.0.1', port: 0, seed: 1, mode });
  const engine = { url: server.url, stop: () => server.close() };
  try {
    const { statuses, flaws } = await fuzzApi(engine, 1, 1500);
    expect(flaws).toEqual([]);
    // Or the bodies were all of one kind, and nothing was tried.
    for (const status of [200, 201, 204, 400, 404, 405])
      expect([...statuses.keys()]).toContain(status);
    expect((await call(engine, 'GET', '/version')).status).toBe(200);
  } finally {
    await server.close();
  }
});
