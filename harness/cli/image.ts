/**
 * `image build`: firmware as files, signed, the same bytes for the same request. A scenario then
 * names the sheet by `image:`.
 */
import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import {
  buildImageFiles,
  imageIn,
  isFlaw,
  jsonIn,
  keyOf,
  readKeyFile,
  type Signer,
} from '#harness';
import {
  ALGS,
  type Alg,
  ARTEFACTS,
  type ArtefactKind,
  AuthorError,
  DEFECTS,
  type Defect,
  type FirmwareImage,
  HARDWARE,
  IMAGE_BYTES_MAX,
  type ImageHead,
  isName,
  isVersion,
  KEYS_MAX,
  knownHint,
  leastImageBytes,
  type Problem,
  readArtefact,
} from '#kernel';
import { collect } from './flags.ts';
import type { Host } from './host.ts';

const USUAL = { size: '16384', counter: '2', seed: '1', keyId: 'release-1', alg: 'ed25519' };
const COUNTER_MAX = 0xffff;
const FEW = `up to ${KEYS_MAX} times`;

const EXAMPLE = `
Example
  twinstorm image build 1.0.0 --counter 1 --out factory.json
  twinstorm image build 2.1.0 --base factory.json --brings release-2:ml-dsa-44 --out new.json
  twinstorm image build 1.0.0 --model tree.json --size 1024 --out model.json

  workflows:
    - ota: { to: 2.1.0, image: new.json }

A key of your own is a file: { "id": "acme-1", "alg": "ed25519", "secret": "64 hexadecimal digits" }
`;

interface BuildFlags {
  out?: string;
  hardware: string;
  size: string;
  defect: string;
  counter: string;
  seed: string;
  key?: string;
  keyId: string;
  alg: string;
  base?: string;
  brings: string[];
  withdraws: string[];
  model?: string;
  config?: string;
  force?: boolean;
}

export function addImageCommand(program: Command, host: Host): void {
  const image = program.command('image').description('firmware images as files');
  image
    .command('build <version>')
    .description('make a signed image, its sheet, and a patch for another one')
    .option('--out <file>', 'the sheet; the image lies beside it (firmware-<version>.json)')
    .option('--hardware <board>', 'the boards that it is for', HARDWARE)
    .option('--size <bytes>', 'of the image', USUAL.size)
    .option('--defect <name>', `what is wrong with it: ${DEFECTS.join(', ')}`, 'none')
    .option('--counter <n>', 'security counter: devices go back behind none', USUAL.counter)
    .option('--seed <n>', 'what its bytes and keys follow from', USUAL.seed)
    .option('--key <file>', 'sign it with a key of your own')
    .option('--key-id <name>', 'sign it with this key of the seed', USUAL.keyId)
    .option('--alg <name>', `how that signs: ${ALGS.join(', ')}`, USUAL.alg)
    .option('--base <sheet>', 'make a patch for this image as well')
    .option('--brings <key[:alg]>', `a key that devices trust from then on; ${FEW}`, collect, [])
    .option('--withdraws <key>', `one that they trust no more; ${FEW}`, collect, [])
    .option('--model <file>', 'it is no firmware, but the model in this file')
    .option('--config <file>', 'it is no firmware, but these settings, by name')
    .option('--force', 'overwrite what is there')
    .addHelpText('after', EXAMPLE)
    .action((version: string, flags: BuildFlags, command: Command) => {
      const isSaid = (flag: string) => command.getOptionValueSource(flag) === 'cli';
      build(host, version, flags, isSaid);
    });
}

/** `isSaid`: a flag was written, be it with what is usual. */
function build(host: Host, version: string, flags: BuildFlags, isSaid: IsSaid): void {
  const out = resolve(host.cwd, flags.out ?? `firmware-${version}.json`);
  const problems: Problem[] = [];
  const wrong = (flag: string, message: string, hint = 'see twinstorm image build --help') => {
    problems.push({ code: 'bad-flag', message: `${flag} ${message}`, hint });
  };
  if (!isVersion(version)) wrong(version, 'is no version', 'write three numbers, such as 2.1.0');
  const [name = ''] = /^[A-Za-z0-9][A-Za-z0-9._-]{0,119}(?=[.]json$)/.exec(basename(out)) ?? [];
  if (name === '') wrong('--out', 'names a file NAME.json of letters, digits, . - and _');
  const whole = (flag: string, text: string, most: number): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value <= most)) wrong(flag, `takes a whole number up to ${most}, not '${text}'`);
    return value;
  };
  const size = whole('--size', flags.size, IMAGE_BYTES_MAX / 2);
  const counter = whole('--counter', flags.counter, COUNTER_MAX);
  const seed = whole('--seed', flags.seed, Number.MAX_SAFE_INTEGER);
  const head = { ...headOf(version, seed, flags, wrong), ...artefactOf(host, flags, wrong) };
  const least = problems.length === 0 ? leastImageBytes(head) : 0;
  if (size < least) wrong('--size', `is ${size}, and such an image has ${least} bytes at least`);
  const key = signerOf(host, flags, isSaid, wrong);
  const base = baseOf(host, flags.base, wrong);
  if (problems.length > 0) throw new AuthorError(problems);
  const files = buildImageFiles({ seed, head, size, counter, key, base, name }).map((file) => ({
    path: join(dirname(out), file.name),
    content: file.content,
  }));
  refuseThere(host, files, flags.force === true);
  for (const { path, content } of files) {
    host.write(path, content);
    host.stdout(`wrote ${path} (${content.length} bytes)\n`);
  }
}

type IsSaid = (flag: keyof BuildFlags) => boolean;
type Wrong = (flag: string, message: string, hint?: string) => void;

function headOf(version: string, seed: number, flags: BuildFlags, wrong: Wrong): ImageHead {
  const { hardware, defect, withdraws } = flags;
  if (!isName(hardware)) wrong('--hardware', 'takes 1 to 32 of a-z, 0-9 and -');
  known('--defect', defect, DEFECTS, wrong);
  const brings = flags.brings.flatMap((one) => {
    const [id = '', alg = USUAL.alg] = one.split(':');
    const isGood = named('--brings', id, wrong) && known('--brings', alg, ALGS, wrong);
    return isGood && Number.isSafeInteger(seed) ? [keyOf(seed, { id, alg: alg as Alg })] : [];
  });
  for (const id of withdraws) named('--withdraws', id, wrong);
  crowded(flags, wrong);
  const keys = {
    ...(brings.length === 0 ? {} : { brings }),
    ...(withdraws.length === 0 ? {} : { withdraws }),
  };
  return { version, hardware, defect: defect as Defect, ...keys };
}

/** As a scenario is told: no device can read such an image, or make sense of what it says. */
function crowded({ brings, withdraws }: BuildFlags, wrong: Wrong): void {
  const ids = brings.map((one) => one.split(':')[0] ?? '');
  const more = 'bring or withdraw the others by a further image';
  for (const [flag, all] of [['--brings', ids] as const, ['--withdraws', withdraws] as const]) {
    if (all.length > KEYS_MAX)
      wrong(flag, `is said ${all.length} times, and goes up to ${KEYS_MAX}`, more);
  }
  const twice = ids.find((id, at) => ids.indexOf(id) < at);
  if (twice !== undefined) wrong('--brings', `brings ${twice} twice`, 'leave one of them out');
  const both = withdraws.find((id) => ids.includes(id));
  const gone = 'leave it out of one of the two: what was withdrawn once never comes back';
  if (both !== undefined)
    wrong('--withdraws', `takes away ${both}, which the same image brings`, gone);
}

/** What is in the file that one of the flags names, where one does. */
function artefactOf(host: Host, flags: BuildFlags, wrong: Wrong): Pick<ImageHead, 'artefact'> {
  const asked = ARTEFACTS.filter((kind) => flags[kind] !== undefined);
  const [kind, other] = asked;
  if (kind === undefined) return {};
  if (other !== undefined) wrong(`--${other}`, `stands beside --${kind}`, 'leave one of them out');
  for (const flag of ['defect', 'base', 'brings', 'withdraws'] as const) {
    const said = flags[flag];
    const isSaid = typeof said === 'string' ? said !== 'none' : (said?.length ?? 0) > 0;
    if (isSaid) wrong(`--${flag}`, `is said of firmware, and this is a ${kind}`, 'leave it out');
  }
  const file = String(flags[kind]);
  const bytes = host.readBytes(resolve(host.cwd, file));
  const artefact = bytes === null ? null : readArtefact({ kind, says: jsonIn(bytes) });
  if (artefact !== null) return { artefact };
  wrong(`--${kind}`, `${file} ${bytes === null ? UNREAD.message : `holds no ${kind}`}`, FORM[kind]);
  return {};
}

const FORM: Readonly<Record<ArtefactKind, string>> = {
  model: 'write { "form": "line", "mean": 4, "spread": 1, "change": 0, "beyond": 3 }',
  config: 'write names and numbers, such as { "setpoint": 5 }',
};

function signerOf(host: Host, flags: BuildFlags, isSaid: IsSaid, wrong: Wrong): Signer {
  const { key, keyId, alg } = flags;
  if (key === undefined) {
    named('--key-id', keyId, wrong);
    known('--alg', alg, ALGS, wrong);
    return { id: keyId, alg: alg as Alg };
  }
  const itself = 'leave it out: the file says which key that is, and how it signs';
  if (isSaid('keyId')) wrong('--key-id', 'stands beside --key', itself);
  if (isSaid('alg')) wrong('--alg', 'stands beside --key', itself);
  const bytes = host.readBytes(resolve(host.cwd, key));
  const signer = bytes === null ? UNREAD : readKeyFile(bytes);
  if (!isFlaw(signer)) return signer;
  wrong('--key', `${key} ${signer.message}`, signer.hint);
  return { id: keyId, alg: 'ed25519' };
}

function baseOf(host: Host, name: string | undefined, wrong: Wrong): FirmwareImage | null {
  if (name === undefined) return null;
  const found = imageIn((file) => host.readBytes(resolve(host.cwd, file)), name);
  for (const { message, hint } of isFlaw(found) ? [found] : found.flaws) {
    wrong('--base', message, hint);
  }
  return isFlaw(found) ? null : found.image;
}

function refuseThere(host: Host, files: readonly { path: string }[], isForced: boolean): void {
  const there = files.filter(({ path }) => host.exists(path));
  if (there.length === 0 || isForced) return;
  throw new AuthorError(
    there.map(({ path }) => ({
      code: 'exists',
      message: `${path} is there already`,
      hint: 'overwrite it with --force',
    })),
  );
}

function named(flag: string, id: string, wrong: Wrong): boolean {
  if (isName(id)) return true;
  wrong(flag, `takes a name of 1 to 32 of a-z, 0-9 and -, not '${id}'`);
  return false;
}

function known(flag: string, name: string, names: readonly string[], wrong: Wrong): boolean {
  if (names.includes(name)) return true;
  wrong(flag, `does not know '${name}'`, knownHint(name, names).hint);
  return false;
}

const UNREAD = { message: 'cannot be read', hint: 'name a file that is there' };
