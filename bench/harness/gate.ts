import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands before a server of this machine; what comes while it is shut finds nobody there. */
export interface Gate {
  port: number;
  shut(): void;
  open(): void;
}

export function openGate(port: number): Promise<Gate> {
  const guests = new Set<Socket>();
  let isOpen = true;
  const server = createServer((guest) => {
    if (!isOpen) {
      guest.resetAndDestroy();
      return;
    }
    const host = connect({ port, host: '127.0.0.1' });
    guests.add(guest);
    guest.on('close', () => guests.delete(guest));
    for (const [side, other] of [
      [guest, host],
      [host, guest],
    ] as const) {
      side.pipe(other);
      side.on('error', () => other.destroy());
      side.on('close', () => other.destroy());
    }
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        shut() {
          isOpen = false;
          for (const guest of guests) guest.resetAndDestroy();
        },
        open() {
          isOpen = true;
        },
      });
    });
  });
}
