/**
 * A Toxiproxy that somebody else runs. Our proxies in it carry the run's name; others in it are
 * none of our business, and it is neither emptied nor reset.
 */
import { assert } from '#kernel';
import { elsewhereOf } from '../../plan/elsewhere.ts';
import { toxiproxyVersion } from '../components/toxiproxy-version.ts';
import { defineProxy, ON_LOOPBACK } from '../proxy.ts';

export default defineProxy({
  kind: 'url',
  summary: 'a Toxiproxy that is there already, by the address of its API',
  start: async ({ of }) => {
    assert(of !== null, 'an address was read from the scenario or the environment');
    const remedy = 'start it (toxiproxy-server), check its host and port, or use --proxy embedded';
    const version = await toxiproxyVersion(of, remedy);
    const host = elsewhereOf(of);
    return {
      url: of,
      listen: host === null ? ON_LOOPBACK : { on: '0.0.0.0:0', reachedAt: host },
      process: null,
      component: { name: 'Toxiproxy', version, how: `by URL ${of}, toxiproxy-node-client` },
    };
  },
});
