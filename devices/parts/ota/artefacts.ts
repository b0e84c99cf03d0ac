/**
 * What came by the road of firmware and is none, handed to those that use it: at each boot, and
 * whenever that changes. What the flash truly holds of it is written down. How a device is set is
 * the affair of nobody else, so that is done here.
 */
import { ARTEFACTS, type ArtefactKind, type Config, readManifest } from '#kernel';
import type { Held } from '../../firmware/slot.ts';
import type { Updater } from '../../firmware/updater.ts';
import type { Fitness, GivenArtefact, PartDevice } from '../../part.ts';

export class Artefacts {
  readonly #device: PartDevice;
  readonly #updater: Updater;
  /** What was last handed out of each. */
  readonly #handed = new Map<ArtefactKind, { kept: string; trial: string }>();
  /** Whether it could be set as it was told. */
  #isSet = true;

  constructor(device: PartDevice, updater: Updater) {
    this.#device = device;
    this.#updater = updater;
  }

  /** The device has come up: whoever uses them has forgotten them. */
  booted(): void {
    this.#handed.clear();
    this.hand();
  }

  /** Where anything has changed. */
  hand(): void {
    for (const kind of ARTEFACTS) {
      const slot = this.#updater.store.slots.get(kind);
      if (slot !== undefined) this.#handOne(kind, slot.kept, slot.trial);
    }
  }

  /** How that does which is on trial now. */
  fitness(): Fitness {
    const kind = readManifest(this.#updater.job?.signed.text)?.ships;
    if (kind === undefined) return 'well';
    if (kind === 'config' && !this.#isSet) return 'ill';
    return this.#device.fitnessOf(kind);
  }

  #handOne(kind: ArtefactKind, kept: Held | null, trial: Held | null): void {
    const which = { kept: kept?.sha256 ?? '', trial: trial?.sha256 ?? '' };
    const before = this.#handed.get(kind);
    if (before?.kept === which.kept && before.trial === which.trial) return;
    this.#handed.set(kind, which);
    // What is on trial stands beside what was kept, and that is told where it is new, or alone.
    const isNew = kept !== null && before?.kept !== which.kept;
    if (trial === null || isNew) this.#tell(kind, kept, false);
    if (trial !== null) this.#tell(kind, trial, true);
    if (kind === 'config') this.#configure(kept, trial);
    this.#device.give({ kind, kept: given(kept), trial: given(trial) });
  }

  #tell(kind: ArtefactKind, held: Held | null, trial: boolean): void {
    const { version = '', counter = 0 } = held?.manifest ?? {};
    const sha256 = held?.sha256 ?? '';
    this.#device.write('ota/uses', { kind, version, sha256, counter, trial });
  }

  /** As it left the factory, but for what was kept, but for what is on trial. */
  #configure(kept: Held | null, trial: Held | null): void {
    const factory = this.#device.factory();
    const [own, tried] = [configIn(kept), configIn(trial)];
    const names = Object.keys({ ...own, ...tried, ...this.#configured });
    const all = { ...factory, ...own, ...tried };
    // All of them, whatever comes of one.
    const done = names.map((name) => this.#device.set(name, all[name]));
    this.#isSet = !done.includes(false);
    this.#configured = { ...own, ...tried };
  }

  /** What a configuration had set, so that it can be taken back. */
  #configured: Config = {};
}

const configIn = (held: Held | null): Config =>
  held?.artefact.kind === 'config' ? held.artefact.says : {};

const given = (held: Held | null): GivenArtefact | null =>
  held && { version: held.manifest.version, sha256: held.sha256, says: held.artefact.says };
