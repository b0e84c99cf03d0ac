/**
 * TEST ONLY. Where our engine differs from Toxiproxy on purpose. A test that finds a difference
 * names its entry here and says what each engine does; a difference without an entry fails, and so
 * does an entry that no test meets.
 */
export interface Deviation {
  /** Id of the check list (reference, section 2.7), and what about it. */
  id: string;
  reason: string;
  /** In its compat mode our engine does as the original. */
  isStrictOnly?: true;
}

export const DEVIATIONS: readonly Deviation[] = [
  {
    id: 'TX-05/loopback',
    reason:
      'A listen address without a host means loopback, not every interface: nobody outside the ' +
      'machine is let into a test bench by omission.',
  },
  {
    id: 'TX-12/range',
    reason:
      'Values that kill or wedge the original (a negative rate, a huge jitter, a slicer without ' +
      'sizes or with more variation than size) are refused; compat takes them, to no harm.',
    isStrictOnly: true,
  },
  {
    id: 'TX-15/any-address',
    reason: 'A listen address on 0.0.0.0 is kept as it was given, so populating twice is harmless.',
  },
  {
    id: 'TX-20/close-is-held',
    reason: 'A rate of 0 is a partition: nothing crosses it, not even the close of an idle stream.',
  },
  {
    id: 'TX-22/existing',
    reason: 'Connections that are older than the toxic get a RST as well, since that is its name.',
  },
  {
    id: 'TX-22/wait',
    reason: 'A removal never waits: it resets at once what was about to be reset.',
  },
  {
    id: 'TX-22/spared',
    reason: 'A connection that the toxicity spares closes in order.',
  },
  {
    id: 'TX-26/sticky',
    reason:
      'Whom a toxicity affects is drawn once per connection, from the seed, and stays so: the ' +
      'original draws again at each update and whenever a neighbour comes or goes.',
  },
  {
    id: 'TX-29/method',
    reason: 'Metrics can be read and nothing else; the original answers them to any method.',
  },
];
