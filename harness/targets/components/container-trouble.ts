/**
 * What went wrong with a container, in words of the one who asked for it: no engine, no image, an
 * end too early. The library's own words are kept behind them.
 */
import { WorldError } from '#kernel';

interface Engine {
  container: {
    dockerode: {
      listContainers(wish: object): Promise<{ Id: string; State: string }[]>;
      getContainer(id: string): { logs(wish: object): Promise<Buffer> };
      getImage(name: string): { inspect(): Promise<unknown> };
    };
  };
}

export const engineTrouble = ({ message }: Error): WorldError =>
  new WorldError(
    'component',
    `no container engine answers: ${firstLine(message)}`,
    'start Docker or Podman, or say where it is by DOCKER_HOST',
  );

/** Why a container did not come up; it may be there, and then its last words say most. */
export async function imageTrouble(
  { container: { dockerode } }: Engine,
  { image, name }: { image: string; name: string },
  label: readonly string[],
  error: Error,
): Promise<WorldError> {
  const isThere = await dockerode
    .getImage(image)
    .inspect()
    .then(
      () => true,
      () => false,
    );
  if (!isThere) {
    return new WorldError(
      'component',
      `there is no image ${image}, and it could not be pulled: ${firstLine(error.message)}`,
      `docker pull ${image}, or check its name`,
    );
  }
  const [found] = await dockerode.listContainers({ all: true, filters: { label } });
  const words = found === undefined ? '' : await lastWords(dockerode, found.Id);
  const why =
    found?.State === 'exited'
      ? 'ended before it answered'
      : `does not come up: ${firstLine(error.message)}`;
  return new WorldError(
    'component',
    `the container ${image} ${why}${words === '' ? '' : `; it said: ${words}`}`,
    `see log/${name}.log in the run directory, and how the image wants to be started`,
  );
}

const LINES = 3;

async function lastWords(dockerode: Engine['container']['dockerode'], id: string): Promise<string> {
  try {
    const wish = { stdout: true, stderr: true, tail: LINES, follow: false };
    return plainText(await dockerode.getContainer(id).logs(wish));
  } catch {
    return '';
  }
}

/** The engine puts eight bytes before each piece, the first of which says which stream it is. */
export function plainText(log: Buffer): string {
  const pieces: string[] = [];
  for (let at = 0; at + 8 <= log.length; ) {
    if ((log[at] ?? 3) > 2) return log.toString('utf8').trim();
    const length = log.readUInt32BE(at + 4);
    pieces.push(log.toString('utf8', at + 8, at + 8 + length));
    at += 8 + length;
  }
  return pieces.join('').trim().split(/\r?\n/).join(' / ');
}

const firstLine = (text: string): string => text.split('\n')[0] ?? '';
