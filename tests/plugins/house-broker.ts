/**
 * A user's own kind of target in one file: a Mosquitto that is started in their way, on a port of
 * their choice.
 */
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { TargetKind } from '../../harness/authors.ts';

const sure = (value: unknown): { value: never; because: string } => ({
  value: value as never,
  because: 'we run it',
});

const target: TargetKind = {
  family: 'target',
  kind: 'house-broker',
  summary: 'the broker of our house',
  params: {
    binary: { kind: 'text', about: 'Where it lies.' },
    port: { kind: 'integer', about: 'Where it listens.', min: 1024, max: 65_535 },
  },
  gears: ['real'],
  promises: {
    durableSessions: sure(false),
    durableRetained: sure(false),
    durableTelemetry: sure(false),
    queueLimit: sure(1000),
    inflightLimit: sure(20),
    maxQos: sure(2),
    acknowledgesEarly: sure(false),
    ordered: sure(true),
    willOnTakeOver: sure(false),
    mqtt: sure('3.1.1'),
  },
  ours: true,
  issuesAccounts: false,
  offers: ['retained', 'echo'],
  takesMutants: false,
  plan: ({ params, written }) => ({
    name: `our house, port ${String(params.port)}`,
    params,
    broker: written.broker,
    elsewhere: null,
    killable: true,
  }),
  start: async ({ plan, directory, processes }) => {
    const { binary, port } = plan.target.params;
    const config = directory.file('log/house.conf');
    writeFileSync(config, `listener ${String(port)} 127.0.0.1\nallow_anonymous true\n`);
    const log = directory.file('log/target.log');
    const command = { id: 'target', command: String(binary), args: ['-c', config], log };
    const start = async (): Promise<void> => {
      processes.start(
        command,
        () => {},
        () => {},
      );
      while (!(await listens(Number(port)))) await pause(20);
    };
    await start();
    return {
      address: { host: '127.0.0.1', port: Number(port), tls: null },
      access: null,
      component: { name: 'our house', version: '', how: 'in our way' },
      start,
      kill: () => processes.kill('target', 'SIGKILL'),
      stop: () => processes.stop('target'),
    };
  },
};
export default target;

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
