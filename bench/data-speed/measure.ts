/**
 * TEST ONLY. Makes one data set in this process, by one worker, and says what that took: seconds of
 * a core without the start, and the most memory that it ever held.
 *
 *   node bench/data-speed/measure.ts SCENARIO FORMAT FOLDER
 */
import { FORMATS, type Format, generate } from '#harness';
import { wholeCatalog } from '../../harness/cli/families.ts';
import { nodeHost } from '../../harness/cli/host.ts';
import { loadPlan } from '../../harness/cli/load.ts';
import { BY_DEVICE } from '../../harness/gears/batch/splits.ts';

/** Whatever is made goes nowhere. */
const NONE: Format = {
  kind: 'none',
  summary: 'nothing is written',
  extension: '.none',
  rowsAtOnce: 65_536,
  open: () => ({ rows: () => new Uint8Array(), end: () => new Uint8Array() }),
};

const [file = '', kind = '', folder = ''] = process.argv.slice(2);
const format = [NONE, ...FORMATS].find((one) => one.kind === kind);
if (format === undefined) throw new Error(`no format ${kind}`);
const catalog = await wholeCatalog();
const { plan } = await loadPlan(nodeHost(), file, { gear: 'sim' }, catalog);
const before = process.cpuUsage();
const { rows } = await generate({
  ...{ plan, catalog, format, folder, plugins: [], version: 'bench', zeroAt: 0 },
  ...{ withTruth: false, splitting: BY_DEVICE, workers: 1 },
  progress: () => {},
});
const { user, system } = process.cpuUsage(before);
const peakMiB = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ rows, cpuSeconds: (user + system) / 1e6, peakMiB }));
