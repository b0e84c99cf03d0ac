/** TEST ONLY. The embedded engine alone in a process, which tells its memory when it is asked: forked by a test. */
import { startProxyServer } from '../proxy-server.ts';

const { url } = await startProxyServer({ host: '127.0.0.1', port: 0, seed: 1 });
process.on('message', () => process.send?.(process.memoryUsage().rss));
process.on('disconnect', () => process.exit());
process.send?.(url);
