/** The line as a device's gateway knows it, over real sockets of this machine. */
import { afterEach, expect, it, vi } from 'vitest';
import type { ModbusAnswer } from '#devices';
import { loadModbus, ModbusLine } from './modbus-line.ts';

const modbus = await loadModbus();
let line: ModbusLine | null = null;

afterEach(() => {
  line?.end();
  line = null;
});

function opened(table: 'holding' | 'input' = 'holding', timeoutMs = 2000): ModbusLine {
  line = new ModbusLine(modbus, { table, timeoutMs });
  return line;
}

const asked = (on: ModbusLine, unit: number, from: number, count: number): Promise<ModbusAnswer> =>
  new Promise((resolve) => on.ask(unit, from, count, resolve));

it.each(['holding', 'input'] as const)('what lies in %s registers is read', async (table) => {
  const on = opened(table);
  on.put(
    1,
    new Map([
      [7, 0x1234],
      [8, 0xffff],
    ]),
  );
  on.put(2, new Map([[7, 5]]));
  expect(await asked(on, 1, 7, 2)).toEqual({ kind: 'words', words: [0x1234, 0xffff] });
  expect(await asked(on, 2, 7, 1)).toEqual({ kind: 'words', words: [5] });
});

it('what does not lie there is an exception, and so is what a device refuses', async () => {
  const on = opened();
  on.put(1, new Map([[0, 1]]));
  expect(await asked(on, 1, 0, 2)).toEqual({ kind: 'exception', code: 2 });
  on.refuse(1, 6);
  expect(await asked(on, 1, 0, 1)).toEqual({ kind: 'exception', code: 6 });
  on.refuse(1, null);
  expect(await asked(on, 1, 0, 1)).toEqual({ kind: 'words', words: [1] });
});

it('one that hangs costs the others its timeout and no more', async () => {
  const on = opened('holding', 100);
  on.put(1, new Map([[0, 1]]));
  on.put(2, new Map([[0, 2]]));
  on.hush(1, true);
  const [hung, other] = await Promise.all([asked(on, 1, 0, 1), asked(on, 2, 0, 1)]);
  expect(hung).toEqual({ kind: 'silence' });
  expect(other).toEqual({ kind: 'words', words: [2] });
  on.hush(1, false);
  expect(await asked(on, 1, 0, 1)).toEqual({ kind: 'words', words: [1] });
});

it('one that is asked again before it has answered is silent at once', async () => {
  const on = opened();
  on.put(1, new Map([[0, 1]]));
  const [first, second] = await Promise.all([asked(on, 1, 0, 1), asked(on, 1, 0, 1)]);
  expect([first, second]).toEqual([{ kind: 'words', words: [1] }, { kind: 'silence' }]);
  expect(await asked(on, 1, 0, 1)).toEqual({ kind: 'words', words: [1] });
});

it('nothing is heard of it once it has ended, and ending twice is harmless', async () => {
  const on = opened();
  await on.ready;
  let heard = 0;
  on.put(1, new Map([[0, 1]]));
  on.ask(1, 0, 1, () => heard++);
  on.end();
  on.end();
  on.ask(1, 0, 1, () => heard++);
  await new Promise((resolve) => setImmediate(resolve));
  expect(heard).toBe(0);
});

it('without the package, it is said what to install', async () => {
  vi.doMock('modbus-serial', () => {
    throw new Error('not there');
  });
  await expect(loadModbus()).rejects.toMatchObject({
    message: expect.stringContaining('modbus-serial is not there'),
    remedy: expect.stringContaining('npm install modbus-serial'),
  });
  vi.doUnmock('modbus-serial');
});
