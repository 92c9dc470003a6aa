import type { Checkpoint, Dtype, HostArray, HostTree } from "@verbatim/core";
import * as v from "valibot";
import type { TreeHash } from "../record.ts";
import { canonicalJson } from "./canonical_json.ts";
import { sha256 } from "@verbatim/data/files";

/**
 * A checkpoint on disk:
 *
 *     "VERBATIM" | u32 format | u32 length of the header | header, JSON, padded with spaces to 8 bytes
 *     | the losses and the carry's tensors, raw little-endian, each padded to 8 bytes | SHA-256 of all before
 *
 * The header holds the identity of the run, the history so far and where each tensor lies.
 *
 * @module
 */
const MAGIC = new TextEncoder().encode("VERBATIM");
const FORMAT = 1;
const PREFIX_BYTES = 16;
const DIGEST_BYTES = 32;

/** What a training run has told so far. */
export interface History {
  readonly parameterCount: number;
  readonly losses: Float32Array<ArrayBuffer>;
  readonly milestones: readonly { readonly step: number; readonly parameters: TreeHash }[];
  readonly curves: Readonly<Record<string, readonly { readonly step: number; readonly value: number }[]>>;
}

/** A checkpoint with the history up to its step. */
export interface SavedRun {
  readonly checkpoint: Checkpoint;
  readonly history: History;
}

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
const Place = { offset: Count, length: Count };
const Header = v.strictObject({
  identity: v.string(),
  step: Count,
  carry: v.record(
    v.string(),
    v.strictObject({ dtype: v.picklist(["f32", "u32", "i32", "u8"]), shape: v.array(Count), ...Place }),
  ),
  losses: v.strictObject(Place),
  parameterCount: Count,
  milestones: v.array(
    v.strictObject({
      step: Count,
      parameters: v.strictObject({ sha256: v.string(), tensors: v.record(v.string(), v.string()) }),
    }),
  ),
  curves: v.record(v.string(), v.array(v.strictObject({ step: Count, value: v.number() }))),
});

const ARRAYS = { f32: Float32Array, u32: Uint32Array, i32: Int32Array, u8: Uint8Array };

function pad8(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

function bytesOf(values: HostArray): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  // Files cannot be written from shared memory.
  return bytes.buffer instanceof SharedArrayBuffer ? bytes.slice() : bytes;
}

/** The pieces of a checkpoint's file, in order; `identity` says which run it belongs to. */
export function encodeCheckpoint(identity: string, { checkpoint, history }: SavedRun): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let offset = 0;
  const place = (values: HostArray) => {
    const at = offset;
    const bytes = bytesOf(values);
    const padding = pad8(bytes.length) - bytes.length;
    pieces.push(bytes, new Uint8Array(padding));
    offset += bytes.length + padding;
    return { offset: at, length: values.length };
  };
  const losses = place(history.losses);
  const carry = Object.fromEntries(
    Object.entries(checkpoint.carry).map(([path, { dtype, shape, values }]) => [
      path,
      { dtype, shape, ...place(values) },
    ]),
  );
  const { parameterCount, milestones, curves } = history;
  const header = { identity, step: checkpoint.step, carry, losses, parameterCount, milestones, curves };
  const encoded = new TextEncoder().encode(canonicalJson(header, "checkpoint"));
  const text = new Uint8Array(pad8(encoded.length)).fill(0x20);
  text.set(encoded);
  const prefix = new Uint8Array(PREFIX_BYTES);
  prefix.set(MAGIC);
  new DataView(prefix.buffer).setUint32(8, FORMAT, true);
  new DataView(prefix.buffer).setUint32(12, text.length, true);
  const body = [prefix, text, ...pieces];
  return [...body, Uint8Array.fromHex(sha256(...body))];
}

/**
 * Reads a checkpoint's file.
 *
 * @throws {Error} with a short reason if it is damaged or belongs to another run than `identity` names.
 */
export function decodeCheckpoint(identity: string, bytes: Uint8Array<ArrayBuffer>): SavedRun {
  const end = bytes.length - DIGEST_BYTES;
  if (end < PREFIX_BYTES || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new Error("it is no checkpoint");
  }
  if (sha256(bytes.subarray(0, end)) !== bytes.subarray(end).toHex()) throw new Error("it is damaged");
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (view.getUint32(8, true) !== FORMAT) throw new Error("another version wrote it");
  const start = PREFIX_BYTES + view.getUint32(12, true);
  const parsed = v.safeParse(
    Header,
    JSON.parse(new TextDecoder().decode(bytes.subarray(PREFIX_BYTES, start))),
  );
  if (!parsed.success) throw new Error("another version wrote it");
  const header = parsed.output;
  if (header.identity !== identity) throw new Error("code, configuration, data or core changed since");
  // Copies, so that the tensors do not keep the whole file in memory.
  const copy = (dtype: Dtype, offset: number, length: number) =>
    bytes.slice(start + offset, start + offset + length * ARRAYS[dtype].BYTES_PER_ELEMENT).buffer;
  const carry: HostTree = Object.fromEntries(
    Object.entries(header.carry).map(([path, { dtype, shape, offset, length }]) => [
      path,
      { dtype, shape, values: new ARRAYS[dtype](copy(dtype, offset, length)) },
    ]),
  );
  const { parameterCount, milestones, curves } = header;
  const losses = new Float32Array(copy("f32", header.losses.offset, header.losses.length));
  return {
    checkpoint: { step: header.step, carry },
    history: { parameterCount, losses, milestones, curves },
  };
}
