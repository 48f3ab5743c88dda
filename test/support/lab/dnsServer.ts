/** A name server that knows one name, for programs whose resolver is what is tested. Needs port 53, hence root. */
import { createSocket } from 'node:dgram';

export interface DnsServer {
  stop(): Promise<void>;
}

const HEADER_BYTES = 12;
const TYPE_A = 1;

/** Answers every question for an IPv4 address of `name` with `address`, and any other with nothing. */
export async function startDnsServer(listen: string, name: string, address: string): Promise<DnsServer> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.on('message', (query, peer) => {
    let end = HEADER_BYTES;
    const labels: string[] = [];
    for (let length = query[end] ?? 0; length > 0; length = query[end] ?? 0) {
      labels.push(query.toString('latin1', end + 1, end + 1 + length));
      end += length + 1;
    }
    const asked = query.readUInt16BE(end + 1);
    const known = labels.join('.') === name && asked === TYPE_A;
    const question = query.subarray(HEADER_BYTES, end + 5);
    const answer = Buffer.from([0xc0, HEADER_BYTES, 0, TYPE_A, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.').map(Number)]);
    const header = Buffer.from([query[0] ?? 0, query[1] ?? 0, 0x81, 0x80, 0, 1, 0, known ? 1 : 0, 0, 0, 0, 0]);
    socket.send(Buffer.concat([header, question, ...(known ? [answer] : [])]), peer.port, peer.address);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(53, listen, resolve);
  });
  return { stop: async () => await new Promise((resolve) => socket.close(resolve)) };
}
