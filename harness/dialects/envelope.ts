/** The part of a message that travels in a payload, and a message found again from it. */
import type { Envelope, Message, Sighting } from '#kernel';
import type { EnvelopeHead } from './codec.ts';

export const envelopeOf = ({ n, epoch, intended, values }: Message): Envelope => ({
  n,
  e: epoch,
  t: intended,
  v: values,
});

export const sightingOf = (
  place: { device: string; stream: string },
  head: EnvelopeHead,
): Sighting => ({
  device: place.device,
  stream: place.stream,
  n: head.n,
  epoch: head.e,
  intended: head.t,
});
