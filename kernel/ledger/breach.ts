/**
 * What a client of ours says where the target breaks the protocol. Whoever is at the wire writes it
 * down, whoever judges reads it, so both have the words from here.
 */

/** The target takes a message for one of another QoS than it was sent at. */
export const PUBACK_FOR_QOS_2 = 'PUBACK for a QoS 2 publish';

export const breachOf = (what: string): string => `protocol: ${what}`;
