/**
 * A second connection of the same client ends the first. MQTT 3.1.1 §3.1.2.5 has the will of the
 * first published then; here that of neither a clean nor a kept session is. A will after a lost
 * connection shows that wills work at all.
 */
import { confirm, RawClient, sleep } from './raw-client.ts';

const LONG_MS = 4000;

await confirm(async (door) => {
  const watcher = await RawClient.open(door, 'over-watcher');
  await watcher.subscribe(['over/#'], 1);
  const armed = (name: string, clean: boolean): Promise<RawClient> => {
    const will = { topic: `over/${name}`, payload: 'gone', qos: 1, retain: false } as const;
    return RawClient.open(door, `over-${name}`, { clean, will });
  };
  for (const [name, clean] of [
    ['clean', true],
    ['kept', false],
  ] as const) {
    await armed(name, clean);
    await RawClient.open(door, `over-${name}`, { clean });
  }
  (await armed('lost', true)).destroy();
  await sleep(LONG_MS);
  const came = watcher.messages.map(({ topic }) => topic.slice('over/'.length));
  const isShown = came.includes('lost') && !came.includes('clean') && !came.includes('kept');
  return [isShown, `wills of clean, kept and lost; there came: ${came.join(', ') || 'none'}`];
});
