/** Our own engine as a process of the run: it needs nothing on the machine. */
import { WorldError } from '#kernel';
import { ready } from '../../processes/ready.ts';
import { script } from '../../processes/script.ts';
import { toxiproxyVersion } from '../components/toxiproxy-version.ts';
import { defineProxy, ON_LOOPBACK } from '../proxy.ts';

const READY_MS = 30_000;

export default defineProxy({
  kind: 'embedded',
  summary: 'our own engine behind the Toxiproxy API, seeded and always there',
  start: async ({ plan, directory, processes, onLost }) => {
    const { url } = await ready<{ url: string }>(
      processes,
      {
        id: 'proxy',
        command: process.execPath,
        args: [...script('../components/proxy-process', import.meta.url), String(plan.seed)],
        log: directory.file('log/proxy.log'),
      },
      'the embedded proxy',
      READY_MS,
      ({ why }) =>
        onLost(new WorldError('proxy', `the embedded proxy ${why} in the middle of the run`)),
    );
    const version = await toxiproxyVersion(url, 'see log/proxy.log in the run directory');
    const how = 'process, driven through the Toxiproxy API';
    return {
      url,
      listen: ON_LOOPBACK,
      process: 'proxy',
      component: { name: 'embedded proxy', version, how },
    };
  },
});
