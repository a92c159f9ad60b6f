import type { ServerResponse } from 'node:http';
import { gatewayPage, type Reply } from './replies.ts';

/** How a reply is delivered. */
export type Delivery =
  | { readonly how: 'whole' | 'reset' | 'truncate' }
  /** Without `ms`: until the client disconnects. */
  | { readonly how: 'stall'; readonly ms?: number }
  | { readonly how: 'slow'; readonly ms: number };

/** Waits; rejects when `signal` fires. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

export interface DeliverDeps {
  readonly sleep: Sleep;
  /** Fires when the sandbox closes. */
  readonly closing: AbortSignal;
}

const slowPieces = 20;

/** Sends a complete reply. */
export function send(response: ServerResponse, reply: Reply): void {
  const body = Buffer.from(reply.body, 'utf8');
  writeHead(response, reply, body.length);
  response.end(body);
}

/** Sends a reply, or fails in the given way. */
export async function deliver(
  response: ServerResponse,
  { reply, delivery }: { readonly reply: Reply; readonly delivery: Delivery },
  { sleep, closing }: DeliverDeps,
): Promise<void> {
  const body = Buffer.from(reply.body, 'utf8');
  switch (delivery.how) {
    case 'whole':
      send(response, reply);
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'truncate': {
      writeHead(response, reply, body.length);
      const half = body.subarray(0, Math.floor(body.length / 2));
      response.write(half, () => response.socket?.end());
      return;
    }
    case 'stall': {
      if (delivery.ms === undefined) return; // the connection stays open until the client or the sandbox closes it
      await sleep(delivery.ms, closing);
      send(response, gatewayPage(504));
      return;
    }
    case 'slow': {
      writeHead(response, reply, body.length);
      const size = Math.max(1, Math.ceil(body.length / slowPieces));
      for (let start = 0; start < body.length; start += size) {
        await sleep((delivery.ms * size) / body.length, closing);
        if (response.destroyed) return;
        response.write(body.subarray(start, start + size));
      }
      response.end();
    }
  }
}

function writeHead(response: ServerResponse, reply: Reply, length: number): void {
  if (reply.status === 204 || reply.status === 304) {
    response.writeHead(reply.status, { ...reply.headers }); // these have no body
    return;
  }
  response.writeHead(reply.status, {
    'Content-Type': reply.type === 'application/json' ? reply.type : `${reply.type}; charset=utf-8`,
    'Content-Length': length,
    ...reply.headers,
  });
}
