/**
 * A further connection of a device, as a part sees it: bytes to the other side, bytes from it, and
 * an end. It goes over the device's own link and through whatever is done to that. What stands
 * behind it, a socket or memory, is the affair of whoever runs the fleet.
 */
export interface Channel {
  /** Once it is over, nothing is written any more. */
  write(bytes: Uint8Array): void;
  /** Ends it in good order; nothing more is heard of it. */
  end(): void;
}

/** What the part that opened it hears of it. */
export interface ChannelEvents {
  data(bytes: Uint8Array): void;
  /**
   * It is over, by whatever but `end`: the other side, a fault, or the device itself, which lost
   * its power or fell asleep. Told in the next quantum, so that a part may open again from here.
   */
  closed(why: string): void;
}
