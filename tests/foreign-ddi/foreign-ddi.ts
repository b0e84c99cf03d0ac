/**
 * A target of somebody else's in one file: a broker, and beside it an update server with hawkBit's
 * DDI to which the channel `ota` of devices leads. Campaigns are told to it by its port `ota`.
 */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createSocket } from 'node:net';
import { Aedes } from 'aedes';
import type { TargetKind } from '../../harness/authors.ts';
import { DdiServer } from './ddi-server.ts';

const sure = (value: unknown): { value: never; because: string } => ({
  value: value as never,
  because: 'it stands in this test',
});

const target: TargetKind = {
  family: 'target',
  kind: 'foreign-ddi',
  summary: 'a broker, and an update server beside it',
  params: {},
  gears: ['real'],
  promises: {
    durableSessions: sure(false),
    durableRetained: sure(false),
    durableTelemetry: sure(false),
    queueLimit: sure(1000),
    inflightLimit: sure(20),
    maxQos: sure(2),
    acknowledgesEarly: sure(true),
    ordered: sure(true),
    willOnTakeOver: sure(false),
    mqtt: sure('3.1.1'),
  },
  ours: true,
  issuesAccounts: false,
  offers: ['ota'],
  takesMutants: false,
  plan: ({ params, written }) => ({
    ...{ name: 'a foreign update server', params, broker: written.broker },
    ...{ elsewhere: null, killable: false },
  }),
  start: async ({ plan, directory }) => {
    const broker = await Aedes.createBroker();
    const socket = createSocket(broker.handle);
    await new Promise<void>((resolve) => socket.listen(0, '127.0.0.1', resolve));
    const server = new DdiServer();
    const here = { host: '127.0.0.1', tls: null };
    const ota = { ...here, port: await server.listen() };
    const ids = plan.devices.map(({ id }) => id);
    const operator = operatorOf(server, ids);
    await new Promise<void>((resolve) => operator.listen(0, '127.0.0.1', resolve));
    return {
      address: { ...here, port: (socket.address() as AddressInfo).port },
      channels: { ota },
      access: `http://127.0.0.1:${(operator.address() as AddressInfo).port}`,
      component: { name: 'a foreign update server', version: '', how: 'in this test' },
      start: async () => {},
      kill: async () => {},
      stop: async () => {
        const { wrongs, counts, gaps } = server;
        writeFileSync(directory.file('log/ddi.json'), JSON.stringify({ wrongs, counts, gaps }));
        operator.closeAllConnections();
        operator.close();
        server.close();
        socket.close();
        broker.close();
      },
    };
  },
  ports: (access) => ({
    port: (name) =>
      name === 'ota'
        ? {
            get: (_, path = '') => asked(`${String(access)}/${path}`),
            tell: (path, body) =>
              asked(`${String(access)}/${path}`, { method: 'POST', body: JSON.stringify(body) }),
          }
        : null,
  }),
};
export default target;

async function asked(
  url: string,
  how: RequestInit = {},
): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(url, how);
  return { status: answer.status, body: await answer.json() };
}

/** What a person would do at its pages. */
function operatorOf(server: DdiServer, ids: readonly string[]) {
  return createServer((request, response) => {
    void (async () => {
      let text = '';
      for await (const bytes of request) text += String(bytes);
      const name = (request.url ?? '').slice(1);
      const answer =
        request.method === 'POST'
          ? { at: beginIn(server, ids, name, JSON.parse(text) as Record<string, unknown>) }
          : name === ''
            ? { rows: server.rows(), next: null }
            : { gates: server.gates(name) };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer));
    })();
  });
}

function beginIn(
  server: DdiServer,
  ids: readonly string[],
  name: string,
  body: Record<string, unknown>,
): number {
  const { signed, image, of, success } = body as {
    signed: { text: string; signature: string };
    image: string;
    of: string;
    success: number;
  };
  const devices = ids.filter((id) => of === '' || `${id}/`.startsWith(`${of}/`));
  return server.begin({ name, signed, image: Buffer.from(image, 'base64'), of, success, devices });
}
