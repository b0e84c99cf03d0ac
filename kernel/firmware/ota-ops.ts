/**
 * What the ledger says of firmware: what a device truly has in its flash and runs, which never goes
 * over the network, and what the target made of a campaign. One table for those who write it and
 * those who judge.
 */

/** Of the device itself, read from its flash. */
export const OTA_TRUTHS = {
  /** It runs this image from now on; `sha256` is of the very bytes that it runs. */
  'ota/booted': {
    device: 'device',
    version: 'text',
    sha256: 'text',
    counter: 'count',
    trial: 'boolean',
    why: 'text',
  },
  /** No image of its flash can be run any more. */
  'ota/bricked': { device: 'device', why: 'text' },
  /** It has taken an offer and begins. */
  'ota/began': { device: 'device', campaign: 'text', attempt: 'count', version: 'text' },
  /** It asked what there is for it, at that time in milliseconds, and was shown an offer. */
  'ota/shown': { device: 'device', asked: 'count' },
  /**
   * It cannot use the patch that it was offered, and loads the image as a whole: what came before
   * that was of the patch, and what comes after it is of the image, however long each of them is.
   */
  'ota/whole': { device: 'device', campaign: 'text', attempt: 'count', why: 'text' },
  /** So many bytes came for an image, or a patch, of this size. */
  'ota/fetched': {
    device: 'device',
    campaign: 'text',
    attempt: 'count',
    bytes: 'count',
    size: 'count',
  },
  /**
   * A fault met its flash: so many bits turned in the image of that digest, bytes were not erased
   * or had no room. None: it met what it might have harmed, and did nothing.
   */
  'ota/harmed': { device: 'device', fault: 'text', sha256: 'text', count: 'count' },
  /** The image that it runs is marked in flash as its own for good. */
  'ota/kept': { device: 'device', version: 'text', sha256: 'text', counter: 'count' },
  /** It uses this artefact from now on, on trial or for good; none where it names none. */
  'ota/uses': {
    device: 'device',
    kind: 'text',
    version: 'text',
    sha256: 'text',
    counter: 'count',
    trial: 'boolean',
  },
  /** How it ended, by its own memory in flash. */
  'ota/ended': {
    device: 'device',
    campaign: 'text',
    attempt: 'count',
    status: 'text',
    why: 'text',
  },
  /**
   * What its n-th status says of what it has, of how an offer ended, empty for none, and whether
   * its watchdog restarted it with what it had kept. No version: of what it has it says nothing. A
   * status of no campaign: of an offer that it never began it says that it fails.
   */
  'ota/said': {
    device: 'device',
    n: 'count',
    version: 'text',
    uses: 'text',
    campaign: 'text',
    attempt: 'count',
    status: 'text',
    fell: 'boolean',
  },
  /** Its server answered that it has taken that, where no acknowledgement of a message says so. */
  'ota/heard': { device: 'device', n: 'count' },
} as const;

/** Of the device itself, where a release has a defect that shows in what devices measure alone. */
export const OTA_LOOKS = {
  /**
   * At the end of its trial it looks at what it measures: in truth this, and no less and no more
   * can it be. Numbers as their text.
   */
  'ota/looked': {
    device: 'device',
    version: 'text',
    signal: 'text',
    value: 'text',
    low: 'text',
    high: 'text',
  },
} as const;

/** Of the operator: of no device, but for what is read of each. */
export const OTA_OPS = {
  'ota/asked': { device: 'device', campaign: 'text' },
  /** Answered, and at which time of the target's own it took effect. */
  'ota/answered': { device: 'device', campaign: 'text', status: 'count', at: 'count' },
  /** The operator pauses it, lets it go on or calls it off; then what the target said to that. */
  'ota/told': { device: 'device', campaign: 'text', move: 'text' },
  'ota/took': { device: 'device', campaign: 'text', move: 'text', status: 'count', at: 'count' },
  /** At the end: the version that the target believes the device to run, and its artefacts. */
  'ota/read': { device: 'device', version: 'text', uses: 'text', believed: 'count' },
  /** When the target says that it offered it, by its own time. */
  'ota/offered': { device: 'device', campaign: 'text', attempt: 'count', at: 'count' },
  /** How the target says that an attempt ended, at which time of its own. */
  'ota/settled': {
    device: 'device',
    campaign: 'text',
    attempt: 'count',
    status: 'text',
    at: 'count',
  },
  /** When the target heard that it has what the campaign gives, and is not well with it. */
  'ota/unwell': { device: 'device', campaign: 'text', at: 'count' },
  /** What the target decided about a wave, at which time of its own, and by which figures. */
  'ota/gate': {
    device: 'device',
    campaign: 'text',
    wave: 'count',
    passed: 'boolean',
    confirmed: 'count',
    failed: 'count',
    unwell: 'count',
    of: 'count',
    at: 'count',
  },
  /** One who reads what devices say does not find in a message what it needs, by its schema. */
  'ota/misread': {
    device: 'device',
    stream: 'stream',
    n: 'count',
    reader: 'text',
    schema: 'count',
    why: 'text',
  },
  /** So often it was looked at what the device says, by one who must be able to read it or not. */
  'ota/readings': { device: 'device', owed: 'count', spared: 'count', misread: 'count' },
} as const;
