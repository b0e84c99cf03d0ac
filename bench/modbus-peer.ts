/**
 * Holds our Modbus line against a client that shares nothing with it: pymodbus reads a device of
 * ours, each type in either order of words, and an exception for what is not there and for one that
 * is busy. Not among the tests, since it needs Python with pymodbus (3.15):
 *
 *   python3 -m venv FOLDER && FOLDER/bin/pip install pymodbus==3.15.0
 *   node bench/modbus-peer.ts FOLDER/bin/python
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { imageOf, type Register, type WordOrder } from '../devices/parts/gateway/registers.ts';
import { loadModbus, ModbusLine } from '../harness/wire/modbus-line.ts';

const PEER = fileURLToPath(new URL('modbus/peer.py', import.meta.url));
const python = process.argv[2] ?? 'python3';

const VALUES = { int16: -1234, uint16: 54_321, int32: -123_456_789, uint32: 4e9, float32: -12.5 };
const MAP: readonly Register[] = [
  { signal: 'int16', address: 0, type: 'int16', scale: 1, offset: 0 },
  { signal: 'uint16', address: 1, type: 'uint16', scale: 1, offset: 0 },
  { signal: 'int32', address: 2, type: 'int32', scale: 1, offset: 0 },
  { signal: 'uint32', address: 4, type: 'uint32', scale: 1, offset: 0 },
  { signal: 'float32', address: 6, type: 'float32', scale: 1, offset: 0 },
];
const ILLEGAL_ADDRESS = 2;
const BUSY = 6;

const due: Record<string, number> = { beyond: ILLEGAL_ADDRESS, busy: BUSY };
for (const [type, value] of Object.entries(VALUES)) {
  due[`${type} holding`] = value;
  due[`${type} input`] = value;
}

/** By the peer's own word for it. */
const ORDERS: readonly [WordOrder, string][] = [
  ['high-first', 'big'],
  ['low-first', 'little'],
];

let wrong = 0;
for (const [order, word] of ORDERS) {
  const line = new ModbusLine(await loadModbus(), { table: 'holding', timeoutMs: 1000 });
  const { host, port } = await line.ready;
  line.put(1, imageOf(VALUES, MAP, order));
  line.put(2, new Map([[0, 1]]));
  line.refuse(2, BUSY);
  const said = JSON.parse(await asked(host, port, word)) as Record<string, number>;
  line.end();
  for (const [what, value] of Object.entries(due)) {
    const isRight = said[what] === value;
    if (!isRight) wrong++;
    process.stdout.write(`${isRight ? 'ok   ' : 'WRONG'} ${order} ${what}: ${said[what]}\n`);
  }
}
process.stdout.write(`${wrong} wrong\n`);
process.exitCode = wrong === 0 ? 0 : 1;

function asked(host: string, port: number, word: string): Promise<string> {
  const child = spawn(python, [PEER, host, String(port), word]);
  let text = '';
  child.stdout.on('data', (bytes) => {
    text += String(bytes);
  });
  child.stderr.pipe(process.stderr);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`the peer ended with ${code}`)),
    );
  });
}
