/**
 * What faults do to the flash of a device, and the truth of it: what was harmed is written down
 * when it is, below anything that the firmware knows or says. Power has no part in it.
 */
import { type PartTrouble, randomStream, readManifest } from '#kernel';
import type { Bank } from '../../firmware/bank.ts';
import { PAGE_BYTES, SECTOR_PAGES, type Wear } from '../../firmware/flash.ts';
import type { Ended } from '../../firmware/job.ts';
import { NO_ROOM, type Updater } from '../../firmware/updater.ts';
import type { PartDevice } from '../../part.ts';

type Place = NonNullable<PartTrouble['rot']>['place'];

interface Worn {
  sector: number;
  erases: Wear;
}

export class Ailments {
  readonly #device: PartDevice;
  readonly #updater: Updater;
  /** By fault. */
  readonly #worn = new Map<string, Worn>();
  readonly #rooms = new Map<string, number>();
  #times = 0;

  constructor(device: PartDevice, updater: Updater) {
    this.#device = device;
    this.#updater = updater;
  }

  began(fault: string, { rot, worn, room }: PartTrouble): void {
    if (rot !== undefined) this.#rot(fault, rot.place, rot.bits);
    if (worn !== undefined) this.#wear(fault, worn.place, worn.erases);
    if (room === undefined) return;
    this.#rooms.set(fault, room);
    this.#makeRoom();
  }

  /** What has turned stays so. */
  ended(fault: string): void {
    this.#worn.delete(fault);
    if (this.#rooms.delete(fault)) this.#makeRoom();
  }

  /** How an attempt ended: it may be for want of room. */
  told(last: Ended | null): void {
    if (last?.why !== NO_ROOM) return;
    const { stage } = this.#updater.store;
    const taken = stage.places.length - Math.floor(stage.places.length * stage.share);
    for (const fault of this.#rooms.keys()) this.#tell(fault, '', taken);
  }

  #rot(fault: string, place: Place, bits: number): void {
    const { flash } = this.#updater.store;
    const pages = this.#sectorsOf(place).flatMap((sector) =>
      Array.from({ length: SECTOR_PAGES }, (_, page) => [sector, page] as const).filter(
        ([, page]) => !flash.isErased(sector, page),
      ),
    );
    if (pages.length === 0) return;
    const sha256 = place === 'stage' ? '' : digestOf(this.#bankOf(place));
    const random = this.#randomFor(`${fault}/${this.#times++}`);
    const turned = new Set<string>();
    // One that turned twice would be as it was.
    for (let n = 0; n < bits; n++) {
      const [sector, page] = pages[random.below(pages.length)] ?? [0, 0];
      const [at, bit] = [page * PAGE_BYTES + random.below(PAGE_BYTES), random.below(8)];
      const which = `${sector} ${at} ${bit}`;
      if (turned.has(which)) continue;
      turned.add(which);
      flash.turn(sector, at, bit);
    }
    this.#tell(fault, sha256, turned.size);
  }

  #wear(fault: string, place: 'other' | 'stage', erases: Wear): void {
    const { flash } = this.#updater.store;
    const sectors = this.#sectorsOf(place);
    const sector = sectors[this.#randomFor(fault).below(sectors.length)] ?? 0;
    this.#worn.set(fault, { sector, erases });
    flash.wornAt = (asked) =>
      [...this.#worn.values()].find((one) => one.sector === asked)?.erases ?? null;
    flash.erased = (asked, before) => {
      if (before === 0) return;
      for (const [acting, worn] of this.#worn) {
        if (worn.sector === asked) this.#tell(acting, '', flash.written(asked));
      }
    };
  }

  #makeRoom(): void {
    this.#updater.store.stage.share = Math.min(1, ...this.#rooms.values());
  }

  #sectorsOf(place: Place): number[] {
    return place === 'stage' ? this.#updater.store.stage.places : this.#bankOf(place).places;
  }

  #bankOf(place: Exclude<Place, 'stage'>): Bank {
    const { banks } = this.#updater.store;
    const running = this.#updater.booted?.bank ?? 0;
    return banks[place === 'running' ? running : running === 0 ? 1 : 0];
  }

  #randomFor(what: string) {
    const { plan, row } = this.#device;
    return randomStream(plan.seed, `device/${row.id}/flash/${what}`);
  }

  #tell(fault: string, sha256: string, count: number): void {
    this.#device.write('ota/harmed', { fault, sha256, count });
  }
}

/** Of the image that it says to hold. */
const digestOf = (bank: Bank): string => readManifest(bank.head()?.signed.text)?.sha256 ?? '';
