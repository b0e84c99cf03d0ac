/** The bridge as a process of its own: what load costs is not the runner's to bear. */
import type { Address } from '../../wire/tcp-links.ts';
import { openWsBridge } from '../../wire/ws-bridge.ts';

process.on('SIGINT', () => {});
process.on('SIGTERM', () => process.exit(0));
let text = '';
process.stdin.setEncoding('utf8');
process.stdin.on('close', () => process.exit(0));
process.stdin.on('data', (more: string) => {
  const isOpen = text.includes('\n');
  text += more;
  if (isOpen || !text.includes('\n')) return;
  openWsBridge(JSON.parse(text) as Address[]).then(
    ({ port }) => process.stdout.write(`${JSON.stringify({ port })}\n`),
    (error: Error) => {
      process.stderr.write(`${error.message}\n`);
      process.exit(1);
    },
  );
});
