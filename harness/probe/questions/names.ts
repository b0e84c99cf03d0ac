/** Who is let in: without a name, with an empty one, and under which client ids. */
import { type Finding, fact, judged, type Question, saying } from '../question.ts';
import { NotLetIn, type RawClient, type RawOptions } from '../raw-client.ts';
import type { Stand } from '../stand.ts';

const LENGTHS = [23, 64, 128, 256, 1024, 4096];
const SIGNS = { slash: '/', dot: '.', space: ' ', umlaut: 'ü' } as const;

export const userNames: Question = {
  name: 'user-names',
  ask: async (stand) => {
    const none = await isLetIn(stand, stand.id('anon'), { username: null, password: null });
    const empty = await isLetIn(stand, stand.id('empty'), {
      username: '',
      password: Buffer.alloc(0),
    });
    return [
      fact('user-none', none, 'a CONNECT without a user name'),
      fact('user-empty', empty, 'a CONNECT with an empty user name and password'),
    ];
  },
};

export const clientIds: Question = {
  name: 'client-ids',
  ask: async (stand) => [
    await byLength(stand),
    await bySigns(stand),
    ...(await withoutOne(stand)),
    await withoutKeepAlive(stand),
  ],
};

async function byLength(stand: Stand): Promise<Finding> {
  const taken: number[] = [];
  let refusal = '';
  for (const length of LENGTHS) {
    const said = await isLetIn(stand, stand.id('').padEnd(length, 'x'), {});
    if (said !== 'let in') {
      refusal = `${length} ${said}`;
      break;
    }
    taken.push(length);
  }
  const longest = taken.at(-1) ?? 0;
  const seen = `CONNECTs with client ids of ${LENGTHS.join(', ')} characters`;
  if (refusal === '') return fact('client-id-length', `${longest} at least`, seen);
  const line = judged(longest >= 23, 'client-id-length', `${longest}; of ${refusal}`, seen);
  return longest < 23 ? line : saying(line, { clientIdLength: longest });
}

async function bySigns(stand: Stand): Promise<Finding> {
  const refused: string[] = [];
  for (const [name, sign] of Object.entries(SIGNS)) {
    const said = await isLetIn(stand, `${stand.id('s').slice(0, 18)}${sign}x`, {});
    if (said !== 'let in') refused.push(`${name} (${said})`);
  }
  const found = refused.length === 0 ? 'all taken' : `not taken: ${refused.join(', ')}`;
  const tried = Object.keys(SIGNS).join(', ');
  return fact('client-id-signs', found, `client ids with a ${tried}`);
}

/** MQTT 3.1.1 §3.1.3.1: whoever has no name may come clean, and may not be kept. */
async function withoutOne(stand: Stand): Promise<Finding[]> {
  const clean = await isLetIn(stand, '', {});
  const finding = judged(
    clean === 'let in',
    'client-id-none',
    clean,
    'a CONNECT without a client id and with a clean flag of 1',
  );
  // By hand, since no encoder writes it; with a login it would be another matter.
  if (stand.hasLogin) return [finding];
  const bytes = Buffer.from([0x10, 12, 0, 4, ...Buffer.from('MQTT'), 4, 0, 0, 0, 0, 0]);
  const kept = await answered(() => {
    const client = stand.bare();
    client.write(bytes);
    return client.awaitConnack().then(() => client);
  });
  return [
    finding,
    judged(
      kept !== 'let in',
      'client-id-none-kept',
      kept,
      'a CONNECT without a client id and with a clean flag of 0',
    ),
  ];
}

async function withoutKeepAlive(stand: Stand): Promise<Finding> {
  const said = await isLetIn(stand, stand.id('zero'), { keepalive: 0 });
  return judged(said === 'let in', 'keep-alive-none', said, 'a CONNECT with a keep-alive of 0');
}

const isLetIn = (stand: Stand, clientId: string, options: RawOptions): Promise<string> =>
  answered(() => stand.openAs(clientId, options));

async function answered(enter: () => Promise<RawClient>): Promise<string> {
  try {
    (await enter()).goodbye();
    return 'let in';
  } catch (error) {
    if (!(error instanceof NotLetIn)) throw error;
    return error.code === null ? 'the connection ended' : `refused with ${error.code}`;
  }
}
