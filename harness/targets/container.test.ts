/** What is wrong with a container target and can be seen without an engine. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseScenario } from '#scenarios';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { mayBeTriedAgain } from '../processes/undo-code.ts';
import { brokerFamily } from './broker-family.ts';
import { plainText } from './components/container-trouble.ts';
import { targetFamily } from './target-family.ts';

const catalog = await loadCatalog([targetFamily, brokerFamily]);
const brokers = catalog.of(brokerFamily);

function planned(params: Record<string, unknown>) {
  const lines = ['twinstorm: 1', 'name: x', 'fleet: [{ model: m, count: 1 }]'];
  const parsed = parseScenario([...lines, 'target: container:a/b:1'].join('\n'), 'x.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const read = { port: 1883, wait: {}, files: {}, command: [], env: {}, ...params };
  const wish = { params: read as never, written: parsed.scenario.target, brokers, services: [] };
  return catalog.of(targetFamily).get('container')?.plan(wish);
}

const said = (params: Record<string, unknown>): string[] =>
  (planned({ container: 'a:1', ...params })?.problems ?? []).map(({ message }) => message);

describe('a container', () => {
  it.each([
    ['mosquitto', 'mosquitto'],
    ['registry.example/team/mosquitto:2', 'mosquitto'],
    ['localhost:5000/mosquitto@sha256:ab', 'mosquitto'],
    ['eclipse-mosquitto:2', null],
    ['mine:mosquitto', null],
  ])('%s is held to what is known of %s', (container, broker) => {
    expect(planned({ container })?.broker).toBe(broker);
  });

  it('waits for one sign, and that must be one', () => {
    expect(said({ wait: { log: 'a', healthy: true } })).toEqual([
      'target.wait names more than one sign',
    ]);
    expect(said({ wait: { http: '/up' } })[0]).toMatch(/needs http and http-port together/);
    expect(said({ wait: { log: '(' } })[0]).toMatch(/is no regular expression/);
    expect(said({ wait: { log: 'running', healthy: false } })).toEqual([]);
  });

  it('takes files by their places in it', () => {
    expect(said({ files: { 'etc/x': './x' } })[0]).toMatch(/no place in a container/);
    expect(said({ files: { '/etc/x': './x' } })).toEqual([]);
  });
});

const targeted = (target: string) => {
  const lines = ['twinstorm: 1', 'name: x', 'fleet: [{ model: m, count: 1 }]'];
  return parseScenario([...lines, `target: { ${target} }`].join('\n'), 'x.yaml');
};

it.each([
  "url: 'mqtt://localhost', port: 1884",
  'process: mosquitto, env: { A: b }',
  'process: mosquitto, wait: { log: x }',
])('%s goes with a container only', (target) => {
  const parsed = targeted(target);
  expect(parsed.ok ? '' : parsed.problems.map(({ message }) => message).join()).toMatch(
    /only goes with container/,
  );
});

it('takes a port for a process too', () => {
  const parsed = targeted('process: mosquitto, port: 1884');
  expect(parsed.ok && parsed.scenario.target).toMatchObject({
    kind: 'process',
    with: { process: 'mosquitto', port: 1884 },
  });
});

describe('the log of an engine', () => {
  const piece = (stream: number, text: string): Buffer => {
    const head = Buffer.alloc(8);
    head[0] = stream;
    head.writeUInt32BE(text.length, 4);
    return Buffer.concat([head, Buffer.from(text)]);
  };

  it('is read without what stands before its pieces', () => {
    const log = Buffer.concat([piece(1, 'one\n'), piece(2, 'two\n')]);
    expect(plainText(log)).toBe('one / two');
  });

  it('is taken as it is where nothing stands there', () => {
    expect(plainText(Buffer.from('plain words\n'))).toBe('plain words');
  });
});

describe('the removal of containers', () => {
  const MAIN = fileURLToPath(new URL('components/remove-containers.ts', import.meta.url));

  /** How it ends at an engine whose list of containers is answered so, and what it says. */
  async function removed(status: number, list: unknown) {
    const folder = mkdtempSync(join(tmpdir(), 'twinstorm-engine-'));
    const engine = createServer(({ url = '' }, response) => {
      const isList = url.includes('/containers/json');
      response.writeHead(isList ? status : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isList ? list : {}));
    });
    try {
      await once(engine.listen(join(folder, 'engine.sock')), 'listening');
      const env = {
        ...process.env,
        HOME: folder,
        DOCKER_HOST: `unix://${folder}/engine.sock`,
        TESTCONTAINERS_HOST_OVERRIDE: 'localhost',
      };
      const child = spawn(process.execPath, [MAIN, 'abcdef', 'target'], { env });
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      const [code] = (await once(child, 'close')) as [number | null];
      return { code, said };
    } finally {
      engine.closeAllConnections();
      engine.close();
      rmSync(folder, { recursive: true });
    }
  }

  it('is good where there is none', async () => {
    expect(await removed(200, [])).toMatchObject({ code: 0 });
  });

  it('may be tried again where the engine does not answer as one', async () => {
    const { code, said } = await removed(503, { message: 'the engine is starting' });
    expect([mayBeTriedAgain(code), said], String(code)).toEqual([
      true,
      expect.stringContaining('the engine is starting'),
    ]);
  });
});
