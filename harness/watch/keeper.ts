/**
 * The contract of a store that is not ours: whoever opened it reads what it kept, in pages, as rows
 * of named columns. What a row says is for the reader of rows (kept-rows.ts) to find out.
 */

/**
 * Columns by name: device, stream, n, topic, payload and at are looked at. `at` is wall time in
 * milliseconds.
 */
export type KeptRow = Readonly<Record<string, unknown>>;

export interface KeptWish {
  /** Names of the devices that are asked for; a store that cannot choose gives all that it has. */
  devices: readonly string[];
}

export interface Keeper {
  /** Page after page, each taken before the next is read; what cannot be read is thrown. */
  read(wish: KeptWish, take: (rows: readonly KeptRow[]) => void): Promise<void>;
  /** Wall time in milliseconds at which the run's clock stood at zero. */
  zeroAt(): number;
}
