/**
 * A packet that holds messages of several passengers: whatever becomes of it becomes of each, and
 * each writes its own account.
 */
import type { Reply } from '../wire/light-client-mqtt5.ts';
import type { Passenger } from './passenger.ts';
import type { Sender } from './way.ts';

/** A message of a passenger in the hold of its carrier. */
export interface Kept {
  passenger: Passenger;
  /** As its sender knows it. */
  key: number;
  message: [topic: string, payload: Uint8Array, qos: 0 | 1 | 2, retain: boolean, reply?: Reply];
}

export function packetSender(kept: readonly Kept[]): { messages: Sender; pump(): void } {
  const each = (tell: (sender: Sender, key: number) => void): void => {
    for (const { passenger, key } of kept) tell(passenger.messages, key);
  };
  return {
    messages: {
      sentOnWire: (_, resend) => each((sender, key) => sender.sentOnWire(key, resend)),
      acked: () => each((sender, key) => sender.acked(key)),
      abandoned: () => each((sender, key) => sender.abandoned(key)),
      rejected: (_, why) => each((sender, key) => sender.rejected(key, why)),
      givenUp: (_, why) => each((sender, key) => sender.givenUp(key, why)),
      forgetGiven: (why) => each((sender) => sender.forgetGiven(why)),
    },
    pump: () => {
      for (const passenger of new Set(kept.map((one) => one.passenger))) passenger.pump();
    },
  };
}
