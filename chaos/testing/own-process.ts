/**
 * TEST ONLY. The embedded engine alone in a process, forked by a test: it tells what it costs when
 * it is asked.
 */
import { startProxyServer } from '../proxy-server.ts';

const { url } = await startProxyServer({ host: '127.0.0.1', port: 0, seed: 1 });
process.on('message', () => {
  const sockets = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap');
  process.send?.({ residentBytes: process.memoryUsage().rss, sockets: sockets.length });
});
process.on('disconnect', () => process.exit());
process.send?.(url);
