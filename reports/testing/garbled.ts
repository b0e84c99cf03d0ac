/** A story in which somebody changed bytes, so that what arrived is no longer what it was. */
import { GOT_BY, hashBytes } from '#kernel';
import { about, healthy, type Story, TELEMETRY } from './story.ts';

/** What device 1 sends as reading 5. */
export const READING = '{"n":5,"e":1,"t":6010,"v":{"level":2.5}}';

/**
 * Reading 5 of device 1 arrives as this, at a broker that keeps nothing: delivered means seen. `n`
 * as it reads, where it can be read.
 */
export const garbled = (arrived: string, n?: number): Story =>
  healthy({ target: { keepsTelemetry: false, offers: ['retained'] } })
    .change(about('sent', 1, TELEMETRY, 5), ({ fields }) => ({
      fields: { ...fields, hash: hashBytes(Buffer.from(READING)) },
    }))
    .change(about('observed', 1, TELEMETRY, 5), () => ({
      op: 'garbled',
      fields: {
        ...{ device: 1, stream: TELEMETRY, n: n ?? 0, flags: 1 },
        by: GOT_BY.observer,
        numbered: n !== undefined,
        hash: hashBytes(Buffer.from(arrived)),
        payload: Buffer.from(arrived).toString('base64'),
      },
    }));
