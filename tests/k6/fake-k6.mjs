/**
 * The modules of k6 as far as scripts here use them, on Node: so that a script can be run on the
 * module `k6/x/mqtt`, which no stock k6 has. That module speaks by the MQTT client of this house.
 * What happens to users comes out as one JSON line each.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { connect } from 'mqtt';

const { env } = process;
globalThis.__ENV = { TWINSTORM_USERS: env.USERS_FILE };
globalThis.open = (file) => readFileSync(file, 'utf8');
const metadata = {};
const told = (op) => process.stdout.write(`${JSON.stringify({ op, ...metadata })}\n`);

class Client {
  #options;
  #heard = new Map();
  #client = null;
  constructor(options) {
    this.#options = options;
  }
  on(event, listener) {
    this.#heard.set(event, listener);
  }
  connect(url) {
    const { client_id: clientId, username, password, clean_session: clean } = this.#options;
    const account = { clientId, username, password, clean, reconnectPeriod: 0 };
    this.#client = connect(url, account);
    this.#client.on('connect', () => this.#heard.get('connect')?.());
    this.#client.on('error', (error) => this.#heard.get('error')?.(error));
    this.#client.on('close', () => this.#heard.get('end')?.());
    this.#client.on('message', (topic, bytes) => this.#heard.get('message')?.(topic, bytes.buffer));
  }
  subscribe(topics, options) {
    this.#client.subscribe(topics, options);
  }
  async publishAsync(topic, payload, options) {
    await this.#client.publishAsync(topic, Buffer.from(payload), options);
  }
  end() {
    this.#client.end();
  }
}

globalThis.require = (name) => {
  if (name !== 'k6/x/mqtt') throw new Error(`unknown module ${name}`);
  return { Client };
};
globalThis.fakes = {
  'k6/execution': { default: { vu: { idInTest: 1, metrics: { metadata } } } },
  'k6/metrics': {
    Counter: class {
      add(_, { op }) {
        told(op);
      }
    },
    Trend: class {
      add() {}
    },
  },
  'k6/timers': { setTimeout, clearTimeout, setInterval, clearInterval },
  'k6/websockets': { WebSocket: class {} },
};

registerHooks({
  resolve: (name, context, next) =>
    name in globalThis.fakes ? { url: `fake:${name}`, shortCircuit: true } : next(name, context),
  load: (url, context, next) => {
    if (!url.startsWith('fake:')) return next(url, context);
    const name = url.slice('fake:'.length);
    const lines = Object.keys(globalThis.fakes[name]).map((key) =>
      key === 'default'
        ? `export default fakes['${name}'].default;`
        : `export const ${key} = fakes['${name}'].${key};`,
    );
    return { format: 'module', source: lines.join('\n'), shortCircuit: true };
  },
});

const script = await import(env.SCRIPT);
await script.default();
