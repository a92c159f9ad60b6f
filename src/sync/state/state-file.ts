import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { isObject, parseJson } from '../../contract/json.ts';
import { type Disk, systemDisk } from '../../files/disk.ts';
import { replaceFileOpen } from '../../files/write.ts';
import type { Fingerprint } from '../fingerprint/fingerprint.ts';
import type { StateHeader } from './state-header.ts';
import { type Slot, UserTable, userFlag } from './user-table.ts';

/** Two fingerprints of two numbers each, and when the user was first gone; 32 bits each, little-endian. */
const bytesPerUser = 20;
const usersPerPiece = 50_000;
const magic = 'miso sync state\n';
const checksumBytes = 32;
/** A header lists inputs, columns and open tasks; anything longer is not one. */
const maxHeaderBytes = 64 * 1024 * 1024;

/** What a sync knows of its set: who is stored with which record, as far as earlier runs confirmed it. */
export interface State {
  readonly header: StateHeader;
  readonly users: UserTable;
}

/** Why a state file cannot be used. */
export type StateFault = 'damaged' | 'other-version';

/**
 * Reads a state file. Undefined if there is no file; a fault if it cannot be trusted. Rejects with what the
 * disk throws.
 */
export async function readState(path: string): Promise<State | StateFault | undefined> {
  let users = new UserTable();
  const header = await scanState(path, ({ users: count }) => {
    users = new UserTable(count);
    return (bytes, at) => decodeUser(bytes, at, users);
  });
  if (typeof header !== 'object') return header;
  return users.size === header.users ? { header, users } : 'damaged';
}

/**
 * Passes on the fingerprint of each id in a state file, without keeping them. Faults are those of
 * `readState`.
 */
export async function eachStoredId(
  path: string,
  begin: (header: StateHeader) => (id: Fingerprint) => void,
): Promise<StateHeader | StateFault | undefined> {
  return await scanState(path, (header) => {
    const take = begin(header);
    return (bytes, at) => take({ high: bytes.readUInt32LE(at), low: bytes.readUInt32LE(at + 4) });
  });
}

/**
 * Reads a line that names the format, the length of the header, the header as JSON, the users sorted by the
 * fingerprint of their id, and a SHA-256 of everything before it.
 */
async function scanState(
  path: string,
  begin: (header: StateHeader) => (bytes: Buffer, at: number) => void,
): Promise<StateHeader | StateFault | undefined> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch((error) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (!handle) return undefined;
  try {
    const { size } = await handle.stat();
    const checksum = createHash('sha256');
    const start = await readBytes(handle, magic.length + 4);
    if (start?.toString('latin1', 0, magic.length) !== magic) return 'damaged';
    const headerBytes = start.readUInt32LE(magic.length);
    const text =
      headerBytes <= Math.min(maxHeaderBytes, size) ? await readBytes(handle, headerBytes) : undefined;
    const header = text ? parseHeader(text.toString('utf8')) : 'damaged';
    if (!text || typeof header === 'string') return typeof header === 'string' ? header : 'damaged';
    checksum.update(start).update(text);
    if (size !== start.length + text.length + header.users * bytesPerUser + checksumBytes) return 'damaged';
    const take = begin(header);
    for (let left = header.users; left > 0; left -= usersPerPiece) {
      const piece = await readBytes(handle, Math.min(left, usersPerPiece) * bytesPerUser);
      if (!piece) return 'damaged';
      checksum.update(piece);
      for (let at = 0; at < piece.length; at += bytesPerUser) take(piece, at);
    }
    const expected = await readBytes(handle, checksumBytes);
    return expected?.equals(checksum.digest()) ? header : 'damaged';
  } finally {
    await handle.close();
  }
}

/** Undefined when the file ends before. */
async function readBytes(handle: FileHandle, length: number): Promise<Buffer | undefined> {
  const bytes = Buffer.allocUnsafe(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(bytes, done, length - done, null);
    if (bytesRead === 0) return undefined;
    done += bytesRead;
  }
  return bytes;
}

/**
 * Replaces the state file in one step, readable by its owner only. `users` of the header is set to their
 * number.
 */
export async function writeState(path: string, state: State, disk: Disk = systemDisk): Promise<void> {
  const handle = await replaceFileOpen(path, encodeState(state), disk);
  await handle.close();
}

function* encodeState({ header, users }: State): Generator<Buffer> {
  const checksum = createHash('sha256');
  const text = Buffer.from(JSON.stringify({ ...header, users: users.count(userFlag.stored) }));
  const start = Buffer.alloc(magic.length + 4);
  start.write(magic, 'latin1');
  start.writeUInt32LE(text.length, magic.length);
  const opening = Buffer.concat([start, text]);
  checksum.update(opening);
  yield opening;
  for (const piece of piecesOf(sortedSlots(users))) {
    const bytes = Buffer.allocUnsafe(piece.length * bytesPerUser);
    for (const [n, slot] of piece.entries()) encodeUser(bytes, n * bytesPerUser, { users, slot });
    checksum.update(bytes);
    yield bytes;
  }
  yield checksum.digest();
}

/**
 * Stored users by their fingerprint. Slots are ordered by their home, so only neighbors can be out of order;
 * those that wrapped around from the end to the start of the table are moved to the end.
 */
function* sortedSlots(users: UserTable): Generator<Slot> {
  let run: Slot[] = [];
  const wrapped: Slot[] = [];
  const byId = (a: Slot, b: Slot) => compare(users, a, b);
  let isStart = true;
  for (const slot of users.slots()) {
    if (isStart && users.id(slot).high > 2 ** 31) {
      wrapped.push(slot);
      continue;
    }
    isStart = false;
    run.push(slot);
    if (run.length < 2 * usersPerPiece) continue;
    run.sort(byId);
    yield* run.slice(0, usersPerPiece).filter((one) => users.has(one, userFlag.stored));
    run = run.slice(usersPerPiece);
  }
  for (const slot of [...run, ...wrapped].sort(byId)) if (users.has(slot, userFlag.stored)) yield slot;
}

function compare(users: UserTable, a: Slot, b: Slot): number {
  const [one, other] = [users.id(a), users.id(b)];
  return one.high - other.high || one.low - other.low;
}

function* piecesOf(slots: Iterable<Slot>): Generator<readonly Slot[]> {
  let piece: Slot[] = [];
  for (const slot of slots) {
    piece.push(slot);
    if (piece.length < usersPerPiece) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}

function encodeUser(
  bytes: Buffer,
  at: number,
  { users, slot }: { readonly users: UserTable; readonly slot: Slot },
): void {
  const id = users.id(slot);
  const record = users.record(slot);
  bytes.writeUInt32LE(id.high, at);
  bytes.writeUInt32LE(id.low, at + 4);
  bytes.writeUInt32LE(record.high, at + 8);
  bytes.writeUInt32LE(record.low, at + 12);
  bytes.writeUInt32LE(users.goneSince(slot), at + 16);
}

function decodeUser(bytes: Buffer, at: number, users: UserTable): void {
  const slot = users.insert({ high: bytes.readUInt32LE(at), low: bytes.readUInt32LE(at + 4) });
  users.setRecord(slot, { high: bytes.readUInt32LE(at + 8), low: bytes.readUInt32LE(at + 12) });
  users.setGoneSince(slot, bytes.readUInt32LE(at + 16));
  users.set(slot, userFlag.stored);
}

function parseHeader(text: string): StateHeader | StateFault {
  const header = parseJson(text);
  if (!isObject(header)) return 'damaged';
  return header['version'] === 2 ? (header as unknown as StateHeader) : 'other-version';
}
