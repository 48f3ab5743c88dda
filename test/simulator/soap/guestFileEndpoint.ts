/** `https://HOST/guestFile?id=..&token=..`: the content of a guest's file, by GET from it and by PUT to it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { InventoryGuests } from '../guest/inventoryGuests.ts';

/** No session is needed: the token is the permission, and good for one transfer. */
export async function serveGuestFile(
  guests: InventoryGuests,
  url: URL,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
) {
  const token = url.searchParams.get('token') ?? '';
  if (request.method === 'GET') {
    const file = guests.fetch(token);
    respond(response, file === undefined ? 404 : 200, file?.content ?? 'Not Found');
  } else if (request.method === 'PUT') {
    const sent = guests.send(token, await text(request));
    respond(response, sent ? 200 : 404, '');
  } else {
    respond(response, 405, 'Method Not Allowed');
  }
}

function respond(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'Content-Type': 'application/octet-stream', 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}
