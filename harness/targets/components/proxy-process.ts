/** The embedded proxy as a process of its own: its descriptors and its load are not the fleet's. */
import { startProxyServer } from '#chaos';

const seed = Number(process.argv[2] ?? 1);
process.on('SIGINT', () => {});
process.stdin.resume();
process.stdin.on('close', () => process.exit(0));
startProxyServer({ host: '127.0.0.1', port: 0, seed }).then(
  ({ url }) => process.stdout.write(`${JSON.stringify({ url })}\n`),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
