// walls: pure-rooms
import type { Socket } from 'node:net';
export type Line = Socket;
