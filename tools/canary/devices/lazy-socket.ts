// walls: pure-rooms
export const net = (): Promise<unknown> => import('net');
