/**
 * Whatever this machine has: the Toxiproxy of TOXIPROXY_URL, else toxiproxy-server, else our own
 * engine. TWINSTORM_PROXY says once for a whole machine what `auto` stands for on it.
 */
import { knownHint, WorldError } from '#kernel';
import { parseProxy } from '#scenarios';
import { elsewhereOf } from '../../plan/elsewhere.ts';
import { toxiproxyBinary } from '../components/toxiproxy-binary.ts';
import { defineProxy, type ProxyContext, type RunningProxy } from '../proxy.ts';

export default defineProxy({
  kind: 'auto',
  summary: 'TOXIPROXY_URL, else toxiproxy-server on the PATH, else embedded',
  start: (context) => {
    const { env } = context;
    const said = env.TWINSTORM_PROXY ?? '';
    if (said !== '' && said !== 'auto') return named('TWINSTORM_PROXY', said, context);
    const url = env.TOXIPROXY_URL ?? '';
    if (url !== '') return named('TOXIPROXY_URL', url, context);
    return begun(toxiproxyBinary(env) === null ? 'embedded' : 'toxiproxy', null, context);
  },
});

/** What stands in the environment goes by the same grammar as what stands in a scenario. */
async function named(variable: string, text: string, context: ProxyContext): Promise<RunningProxy> {
  const read = parseProxy(text);
  if (!('kind' in read)) throw refusal(`${variable} ${read.message}`, read.hint);
  if (read.kind === 'auto' || (read.kind !== 'url' && !context.kinds.has(read.kind))) {
    const { hint } = knownHint(read.kind, context.kinds.keys());
    throw refusal(`${variable} names no proxy that there is: '${text}'`, hint);
  }
  const host = read.kind === 'url' ? elsewhereOf(read.of ?? '') : null;
  if (host === null) return begun(read.kind, read.of, context);
  throw new WorldError(
    'not-my-target',
    `${variable} names ${host}, which is not this machine`,
    `name it yourself, if it is yours: --proxy ${read.of} --i-own-this-target`,
  );
}

function begun(kind: string, of: string | null, context: ProxyContext): Promise<RunningProxy> {
  const chosen = context.kinds.get(kind);
  if (chosen === undefined) throw refusal(`there is no proxy of the kind ${kind}`);
  return chosen.start({ ...context, of });
}

const refusal = (message: string, hint?: string): WorldError =>
  new WorldError('proxy', message, hint);
