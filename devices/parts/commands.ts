/** A device obeys whatever command it can read, and answers with the command's own number. */
import { definePart, type Inbound, type Part, type PartDevice } from '../part.ts';

export default definePart({
  kind: 'commands',
  summary: 'obeys the commands of its model and answers each',
  fits: () => true,
  streams: [
    // Nobody is commanded until a workflow lays out the rounds; a device listens all the same.
    {
      name: 'command',
      way: 'down',
      schedule: { by: 'rounds', firstAt: 0, everyMs: 0, devices: [] },
    },
    { name: 'answer', way: 'up', schedule: { by: 'reply', to: 'command' }, kept: true },
  ],
  start: (device) => new Commands(device),
});

class Commands implements Part {
  readonly #device: PartDevice;

  constructor(device: PartDevice) {
    this.#device = device;
  }

  inbox({ stream, n, values }: Inbound): void {
    if (stream !== 'command') return;
    const device = this.#device;
    const name = String(values.name ?? '');
    const done = device.body.physics.command(name, values.value, device.now());
    device.send({ stream: device.code('answer'), n, values: { name, done } });
  }
}
