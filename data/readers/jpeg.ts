import { type Frame, NATURAL_ORDER, readFrame } from "./_jpeg_frame.ts";
import { samplesOf, toColours, upsample } from "./_jpeg_planes.ts";
import { decodeScan, type HuffmanTable, huffmanTable, type Scan } from "./_jpeg_scan.ts";
import { Budget, type Fail, failAs, type Limits } from "./malformed.ts";
import type { Picture } from "./png.ts";

const fail: Fail = failAs("a JPEG picture");
const START = 0xd8, END = 0xd9, FRAMES = 0xc0, PROGRESSIVE = 0xc2, HUFFMAN = 0xc4, SCAN = 0xda;
const QUANTISATION = 0xdb, RESTART_INTERVAL = 0xdd, JFIF = 0xe0, ADOBE = 0xee, COMMENT = 0xfe;
/** Far more than encoders make; each costs time, however few bytes it has. */
const MAX_SCANS = 100;

/**
 * Reads a JPEG picture, baseline or progressive: grey, or colour with any usual subsampling.
 *
 * The values are those of libjpeg and libjpeg-turbo as they come (and so of Pillow and OpenCV), bit for bit: integer
 * inverse transform ("islow"), triangle filter for halved colour planes ("fancy upsampling"), integer conversion of
 * colours. Profiles and the orientation that a camera noted are not applied.
 * *Shapes* [height, width, channels], with 1 or 3 channels.
 * *Dtypes* u8.
 * *Source* ITU-T T.81; JFIF 1.02; libjpeg's documented arithmetic.
 * *Differs* from libjpeg: data that end early are an error, not grey.
 * @throws {MalformedFileError} if it is not such a picture (arithmetic coding, lossless, 12 bits and four components are
 * not), data are missing or contradict their tables, or the limits do not suffice. Limits count three bytes for each
 * sample, and two for each value of the result.
 *
 * @example
 * ```ts
 * import { readJpeg } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const file = Uint8Array.fromBase64(
 *   "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19i" +
 *   "Z2hnPk1xeXBkeFxlZ2P/wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAI" +
 *   "AQEAAD8AP//Z",
 * );
 * const { width, height, channels, pixels } = readJpeg(file);
 * assertEquals([width, height, channels], [8, 8, 1]);
 * assertEquals(pixels, new Uint8Array(64).fill(128));
 * ```
 */
export function readJpeg(bytes: Uint8Array, limits: Limits = {}): Picture {
  const budget = new Budget(limits, fail);
  const { frame, isYcc } = new Reader(bytes, budget).read();
  const { width, height, components } = frame;
  const channels = components.length === 1 ? 1 : 3;
  budget.takeBytes(2 * width * height * channels); // The planes at full resolution, and the pixels.
  const planes = components.map((component) => {
    if (component.steps === undefined) fail("a scan of each component", `none of ${component.id}`);
    return upsample(samplesOf(component), component, frame);
  });
  if (channels === 1) return { width, height, channels, pixels: planes[0]! };
  const pixels = new Uint8Array(width * height * channels);
  if (isYcc) toColours(planes, pixels);
  else planes.forEach((plane, c) => plane.forEach((value, i) => pixels[3 * i + c] = value));
  return { width, height, channels, pixels };
}

/** Reads the file segment by segment, up to the end of the picture. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #budget: Budget;
  readonly #quantisation: (Uint16Array | undefined)[] = [];
  readonly #dc: (HuffmanTable | undefined)[] = [];
  readonly #ac: (HuffmanTable | undefined)[] = [];
  #frame: Frame | undefined;
  #restartInterval = 0;
  #isJfif = false;
  #adobeTransform: number | undefined;
  #scans = 0;

  constructor(bytes: Uint8Array, budget: Budget) {
    this.#bytes = bytes;
    this.#budget = budget;
  }

  read(): { frame: Frame; isYcc: boolean } {
    const bytes = this.#bytes;
    if (bytes[0] !== 0xff || bytes[1] !== START) fail("the marker of a picture's start", "other bytes");
    let at = 2;
    while (true) {
      at = this.#nextMarker(at);
      const marker = bytes[at - 1]!;
      if (marker === END) break;
      const length = bytes[at]! * 256 + bytes[at + 1]!;
      if (!(length >= 2 && at + length <= bytes.length)) {
        fail(`a whole segment at ${at}`, `${bytes.length - at} bytes`);
      }
      const content = bytes.subarray(at + 2, at + length);
      at += length;
      if (marker === SCAN) at = this.#scan(content, at);
      else this.#segment(marker, content);
    }
    const frame = this.#frame;
    if (frame === undefined || this.#scans === 0) return fail("a frame and a scan", "none");
    return { frame, isYcc: this.#isYcc(frame) };
  }

  /** The position after the next marker: 0xff and a byte that is not 0, 0xff, or a restart. */
  #nextMarker(start: number): number {
    for (let at = start; at + 1 < this.#bytes.length; at++) {
      const code = this.#bytes[at + 1]!;
      if (this.#bytes[at] === 0xff && code !== 0 && code !== 0xff && !(code >= 0xd0 && code < START)) {
        return at + 2;
      }
    }
    return fail("the marker of the picture's end", "the end of the file");
  }

  #segment(marker: number, content: Uint8Array): void {
    if (marker === QUANTISATION) this.#readQuantisation(content);
    else if (marker === HUFFMAN) this.#readHuffman(content);
    else if (marker >= FRAMES && marker <= PROGRESSIVE) {
      if (this.#frame !== undefined) fail("one frame", "several");
      this.#frame = readFrame(content, marker === PROGRESSIVE, this.#budget, fail);
    } else if (marker === RESTART_INTERVAL) {
      if (content.length !== 2) fail("2 bytes of a restart interval", content.length);
      this.#restartInterval = content[0]! * 256 + content[1]!;
    } else if (marker === JFIF) {
      this.#isJfif ||= startsWith(content, "JFIF\0");
    } else if (marker === ADOBE) {
      if (startsWith(content, "Adobe") && content.length >= 12) this.#adobeTransform = content[11]!;
    } else if (!(marker >= JFIF && marker <= COMMENT)) {
      fail("baseline or progressive coding with Huffman codes", `marker 0x${marker.toString(16)}`);
    }
  }

  #readQuantisation(content: Uint8Array): void {
    for (let at = 0; at < content.length;) {
      const [precision, id] = [content[at]! >> 4, content[at]! & 15];
      const end = at + 1 + 64 * (precision + 1);
      if (precision > 1 || id > 3 || end > content.length) {
        fail("whole tables of quantisation", `number ${id}`);
      }
      const steps = new Uint16Array(64);
      for (let k = 0; k < 64; k++) {
        const position = at + 1 + k * (precision + 1);
        const step = precision === 0 ? content[position]! : content[position]! * 256 + content[position + 1]!;
        steps[NATURAL_ORDER[k]!] = step;
      }
      this.#quantisation[id] = steps;
      at = end;
    }
  }

  #readHuffman(content: Uint8Array): void {
    for (let at = 0; at < content.length;) {
      const [kind, id] = [content[at]! >> 4, content[at]! & 15];
      const counts = content.subarray(at + 1, at + 17);
      const end = at + 17 + counts.reduce((sum, count) => sum + count, 0);
      if (kind > 1 || id > 3 || end > content.length) fail("whole Huffman tables", `number ${id}`);
      (kind === 0 ? this.#dc : this.#ac)[id] = huffmanTable(counts, content.subarray(at + 17, end), fail);
      at = end;
    }
  }

  #scan(content: Uint8Array, start: number): number {
    const frame = this.#frame;
    if (frame === undefined) return fail("a frame before its scans", "none");
    if (++this.#scans > MAX_SCANS) fail(`at most ${MAX_SCANS} scans`, "more");
    const count = content[0] ?? 0;
    if (content.length !== 4 + 2 * count || count === 0) {
      fail("a scan header (SOS)", `${content.length} bytes`);
    }
    const [first, last, bits] = content.subarray(1 + 2 * count) as Iterable<number>;
    const scan = { first: first!, last: last!, high: bits! >> 4, low: bits! & 15 };
    const { isProgressive } = frame;
    const isWhole = scan.first === 0 && scan.last === 63 && bits === 0;
    const isPart = scan.first === 0
      ? scan.last === 0
      : scan.first <= scan.last && scan.last < 64 && count === 1;
    const isNextBit = scan.low <= 13 && (scan.high === 0 || scan.high === scan.low + 1);
    if (!(isProgressive ? isPart && isNextBit : isWhole)) {
      fail("coefficients and bits that a scan may have", `${first} to ${last}, 0x${bits!.toString(16)}`);
    }
    const usesDc = scan.first === 0 && scan.high === 0;
    const usesAc = !isProgressive || scan.first > 0;
    const parts = Array.from({ length: count }, (_, i) => {
      const [id, tables] = content.subarray(1 + 2 * i, 3 + 2 * i) as Iterable<number>;
      const component = frame.components.find((component) => component.id === id) ??
        fail("a component of the frame", id!);
      component.steps ??= this.#quantisation[component.quantisation] ??
        fail("a table of quantisation", "none");
      const [dc, ac] = [this.#dc[tables! >> 4], this.#ac[tables! & 15]];
      if ((usesDc && dc === undefined) || (usesAc && ac === undefined)) fail("a Huffman table", "none");
      return { component, dc, ac };
    });
    if (new Set(parts.map(({ component }) => component)).size !== count) {
      fail("each component once", "one twice");
    }
    const whole: Scan = { ...scan, parts, restartInterval: this.#restartInterval };
    return decodeScan(frame, whole, this.#bytes, start, fail);
  }

  /** Whether three components are luminance and differences of colour, by libjpeg's rule. */
  #isYcc({ components }: Frame): boolean {
    if (this.#isJfif) return true;
    if (this.#adobeTransform !== undefined) return this.#adobeTransform !== 0;
    return String.fromCharCode(...components.map(({ id }) => id)) !== "RGB";
  }
}

function startsWith(content: Uint8Array, text: string): boolean {
  return [...text].every((letter, i) => content[i] === letter.charCodeAt(0));
}
