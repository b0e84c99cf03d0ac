/**
 * What the platform process is told: one JSON line on its stdin. Secrets come this way and not by
 * argument, where every process of the machine could read them.
 */
import { type Account, DEFAULT_KEPT, DEFAULT_LIMITS, type PlatformLimits } from '../platform.ts';

export interface ServeOptions {
  storeFile: string;
  accounts: Account[];
  /** A file that holds them instead: those of a large fleet are too many for a line. */
  accountsFile?: string;
  /** The `<run>` of native topics. */
  run: string;
  host: string;
  /** 0 takes any free port. */
  mqttPort: number;
  httpPort: number;
  /** Of MQTT over WebSocket; null opens none. */
  websocketPort: number | null;
  /** A port for each channel of devices. */
  channelPorts: Record<string, number>;
  /** Bearer token of the HTTP API; null leaves it open (it listens on `host` only). */
  httpToken: string | null;
  /** The planted bug: one of the product's, or one that a plug-in brings. */
  mutant: string | null;
  /** Files whose default export is a service or a mutant more; absolute paths. */
  plugins: string[];
  /** What devices speak; our own where no service speaks it. */
  dialect: string;
  /** The streams that are kept as telemetry. */
  kept: string[];
  limits: PlatformLimits;
  /**
   * What the machine's monotonic clock showed when this one showed nothing, so that times go on
   * over a restart; null begins with the process.
   */
  clockZeroMs: number | null;
}

/** What the process says on stdout, once, when it takes connections. */
export interface ServeReady {
  mqtt: number;
  http: number;
  websocket: number | null;
  channels: Record<string, number>;
  pid: number;
}

/** The options, or a sentence on what is wrong with them; `read` gives the text of a file. */
export function readServeOptions(
  line: string,
  read: (file: string) => string,
): ServeOptions | string {
  let given: unknown;
  try {
    given = JSON.parse(line);
  } catch {
    return 'the options are not JSON';
  }
  if (!isRecord(given)) return 'the options are not an object';
  const options: ServeOptions = {
    storeFile: '',
    run: '',
    host: '127.0.0.1',
    mqttPort: 0,
    httpPort: 0,
    websocketPort: null,
    channelPorts: {},
    httpToken: null,
    mutant: null,
    plugins: [],
    dialect: '',
    kept: [...DEFAULT_KEPT],
    clockZeroMs: null,
    ...(given as Partial<ServeOptions>),
    accounts: [],
    limits: { ...DEFAULT_LIMITS, ...(given.limits as Partial<PlatformLimits> | undefined) },
  };
  for (const key of ['storeFile', 'run', 'host'] as const) {
    if (typeof options[key] !== 'string' || options[key] === '') return `${key} is missing`;
  }
  for (const key of ['mqttPort', 'httpPort'] as const) {
    if (!isPort(options[key])) return `${key} is not a port`;
  }
  if (options.websocketPort !== null && !isPort(options.websocketPort))
    return 'websocketPort is not a port';
  const { channelPorts } = options;
  if (!isRecord(channelPorts) || !Object.values(channelPorts).every(isPort))
    return 'channelPorts is not a map of ports';
  for (const key of ['httpToken', 'mutant'] as const) {
    if (options[key] !== null && typeof options[key] !== 'string') return `${key} is not a text`;
  }
  if (typeof options.dialect !== 'string') return 'dialect is not a text';
  for (const key of ['plugins', 'kept'] as const) {
    if (!isTexts(options[key])) return `${key} is not a list of texts`;
  }
  const { clockZeroMs } = options;
  if (clockZeroMs !== null && !Number.isFinite(clockZeroMs)) return 'clockZeroMs is not a number';
  for (const [name, value] of Object.entries(options.limits)) {
    if (!(name in DEFAULT_LIMITS)) return `limits.${name} is not a limit`;
    if (!Number.isFinite(value) || value < 0) return `limits.${name} is not a number`;
  }
  const accounts = accountsIn(given, read);
  return typeof accounts === 'string' ? accounts : { ...options, accounts };
}

function accountsIn(
  given: Record<string, unknown>,
  read: (file: string) => string,
): Account[] | string {
  let { accounts } = given;
  try {
    if (typeof given.accountsFile === 'string') accounts = JSON.parse(read(given.accountsFile));
  } catch (error) {
    return `the accounts cannot be read: ${(error as Error).message}`;
  }
  const areSound = Array.isArray(accounts) && accounts.every(isAccount);
  return areSound ? (accounts as Account[]) : 'accounts are missing or malformed';
}

function isAccount(value: unknown): value is Account {
  if (!isRecord(value)) return false;
  const { user, passwordSha256, role, topics, clientId, speaksFor, standsInFor } = value;
  return (
    typeof user === 'string' &&
    user !== '' &&
    typeof passwordSha256 === 'string' &&
    /^[0-9a-f]{64}$/i.test(passwordSha256) &&
    (role === 'device' || role === 'observer' || role === 'service') &&
    isTexts(topics) &&
    (clientId === undefined || typeof clientId === 'string') &&
    (speaksFor === undefined || isTexts(speaksFor)) &&
    (standsInFor === undefined || isTexts(standsInFor))
  );
}

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((text) => typeof text === 'string' && text !== '');

const isPort = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
