/** What the platform twin keeps as telemetry: the streams that count as arrived in a store. */
import type { Plan } from '#kernel';

export const keptStreams = ({ streams }: Plan): string[] =>
  streams.filter(({ arrives }) => arrives === 'store').map(({ name }) => name);
