import { crc32 } from 'node:zlib';

/** What one acknowledged request leaves on disk: its raw (inflated) body and what was known when it came in. */
export interface SpoolRecord {
  readonly workspace: string;
  /** Id of the API key, or another name of the sender. */
  readonly source: string;
  /** UTC, epoch milliseconds. */
  readonly receivedAt: number;
  /** The path that it came by, as '/v1/batch'. */
  readonly route: string;
  readonly body: Buffer;
}

/** The records of a segment file, and how many bytes of it were unreadable. */
export interface FrameReport {
  readonly records: SpoolRecord[];
  /** Bytes after the last whole frame: a write that was cut off and so never acknowledged. */
  readonly tornBytes: number;
  /** Bytes between whole frames: the disk changed what was acknowledged. Never expected, always reported. */
  readonly corruptBytes: number;
}

/** 'RSP1', then length and CRC-32 of the payload, all little-endian. */
const magic = 0x31505352;
const frameHead = 12;
const payloadHead = 2;

/**
 * One frame in two parts, so that the body is not copied: magic, length, CRC-32, length of the header, header as JSON;
 * then the body untouched.
 */
export function encodeFrame(record: SpoolRecord): readonly [head: Buffer, body: Buffer] {
  const header = JSON.stringify([record.workspace, record.source, record.receivedAt, record.route]);
  const headerBytes = Buffer.byteLength(header);
  const head = Buffer.allocUnsafe(frameHead + payloadHead + headerBytes);
  head.writeUInt32LE(magic, 0);
  head.writeUInt32LE(payloadHead + headerBytes + record.body.length, 4);
  head.writeUInt16LE(headerBytes, frameHead);
  head.write(header, frameHead + payloadHead);
  head.writeUInt32LE(crc32(record.body, crc32(head.subarray(frameHead))), 8);
  return [head, record.body];
}

/** All whole frames of a segment file, in order. Damage is stepped over, so what follows it is still found. */
export function readFrames(bytes: Buffer): FrameReport {
  const records: SpoolRecord[] = [];
  let corruptBytes = 0;
  let at = 0;
  while (at < bytes.length) {
    const end = wholeFrameEnd(bytes, at);
    if (end !== null) {
      records.push(decodePayload(bytes.subarray(at + frameHead, end)));
      at = end;
      continue;
    }
    const next = nextWholeFrame(bytes, at + 1);
    if (next === null) break;
    corruptBytes += next - at;
    at = next;
  }
  return { records, tornBytes: bytes.length - at, corruptBytes };
}

function wholeFrameEnd(bytes: Buffer, at: number): number | null {
  if (at + frameHead + payloadHead > bytes.length || bytes.readUInt32LE(at) !== magic) return null;
  const end = at + frameHead + bytes.readUInt32LE(at + 4);
  if (end > bytes.length || end < at + frameHead + payloadHead) return null;
  return crc32(bytes.subarray(at + frameHead, end)) === bytes.readUInt32LE(at + 8) ? end : null;
}

function nextWholeFrame(bytes: Buffer, from: number): number | null {
  const needle = Buffer.alloc(4);
  needle.writeUInt32LE(magic);
  for (let at = bytes.indexOf(needle, from); at !== -1; at = bytes.indexOf(needle, at + 1)) {
    if (wholeFrameEnd(bytes, at) !== null) return at;
  }
  return null;
}

function decodePayload(payload: Buffer): SpoolRecord {
  const bodyAt = payloadHead + payload.readUInt16LE(0);
  const [workspace, source, receivedAt, route] = JSON.parse(payload.toString('utf8', payloadHead, bodyAt)) as [
    string,
    string,
    number,
    string,
  ];
  return { workspace, source, receivedAt, route, body: payload.subarray(bodyAt) };
}
