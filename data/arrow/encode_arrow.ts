import { createHash } from "node:crypto";
import type { Schema } from "apache-arrow";
import { textOf } from "../columns.ts";
import type { Rows, SplitDescription } from "../dataset.ts";
import { sha256 } from "../files/sha256.ts";
import { type Codes, encodeColumn, encodeTexts, measureColumn, textBytes } from "./encode_column.ts";
import {
  arrowHead,
  arrowLayout,
  batchBody,
  batchMessage,
  dictionaryBody,
  dictionaryMessage,
} from "./layout.ts";
import { rebatch } from "./rebatch.ts";
import { isDictionary } from "./schema.ts";

/** The body of a record batch or a dictionary, as a reader must know it beforehand. */
export interface BodySummary {
  /** Its lengths: see `ArrowLengths`. */
  readonly lengths: readonly number[];
  /** SHA-256 of its bytes. */
  readonly sha256: string;
}

/** What an Arrow file holds. */
export interface ArrowSummary {
  /** SHA-256 of the whole file. */
  readonly sha256: string;
  readonly dictionaries: readonly (BodySummary & { readonly lengths: readonly [number, number] })[];
  readonly batches: readonly BodySummary[];
}

/**
 * The bytes of a split's Arrow file, piece by piece, and in the end what it holds. They depend on the rows alone, not on
 * the chunks in which they come. No more than a chunk, a record batch and the dictionaries are in memory.
 *
 * @param chunks the rows; asked for twice if there is a dictionary, whose texts stand before the rows.
 * @throws {TypeError | RangeError} as `rebatch`, or if a record batch has more than 2^31 - 1 elements or bytes.
 */
export function* encodeArrow(
  schema: Schema,
  what: string,
  split: SplitDescription,
  chunks: () => Iterable<Rows>,
): Generator<Uint8Array, ArrowSummary> {
  const whole = createHash("sha256");
  const piece = (bytes: Uint8Array) => {
    whole.update(bytes);
    return bytes;
  };
  yield piece(arrowHead(schema));

  const codes = collectTexts(what, split, chunks);
  const dictionaries: ArrowSummary["dictionaries"][number][] = [];
  for (const texts of codes.values()) {
    const lengths = [texts.size, textBytes(texts.keys())] as const;
    const layout = dictionaryBody(...lengths);
    const body = new Uint8Array(layout.bodyLength);
    const [offsets, bytes] = layout.buffers[0]!.map(({ offset, length }) =>
      body.subarray(offset, offset + length)
    );
    encodeTexts(texts.keys(), offsets!, bytes!);
    yield piece(dictionaryMessage(layout, dictionaries.length));
    yield piece(body);
    dictionaries.push({ lengths, sha256: sha256(body) });
  }

  const batches: BodySummary[] = [];
  const names = Object.keys(split.columns);
  for (const { rows, values } of rebatch(what, split, chunks())) {
    const lengths = names.flatMap((name) => measureColumn(name, values[name]!, codes.get(name)));
    const layout = batchBody(split, rows, lengths);
    const body = new Uint8Array(layout.bodyLength);
    names.forEach((name, c) => encodeColumn(name, values[name]!, codes.get(name), body, layout.buffers[c]!));
    yield piece(batchMessage(layout));
    yield piece(body);
    batches.push({ lengths, sha256: sha256(body) });
  }
  const { tail } = arrowLayout(schema, split, {
    dictionaries: dictionaries.map(({ lengths }) => lengths),
    batches: batches.map(({ lengths }) => lengths),
  });
  yield piece(tail);
  return { sha256: whole.digest("hex"), dictionaries, batches };
}

/** The texts of each column that has a dictionary, numbered as they first appear. */
function collectTexts(
  what: string,
  split: SplitDescription,
  chunks: () => Iterable<Rows>,
): ReadonlyMap<string, Codes> {
  const names = Object.keys(split.columns).filter((name) => isDictionary(split.columns[name]!));
  const collected = new Map(names.map((name) => [name, new Map<string, number>()]));
  if (names.length === 0) return collected;
  for (const { values } of rebatch(what, split, chunks())) {
    for (const [name, codes] of collected) {
      for (const text of textOf(values, name)) if (!codes.has(text)) codes.set(text, codes.size);
    }
  }
  return collected;
}
