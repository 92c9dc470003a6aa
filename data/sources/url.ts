import { type DataListener, type OnProgress, QuietFailure, reasonOf, SourceFailure } from "./events.ts";
import { httpGet, TransientFailure, UnreachableFailure } from "./http_get.ts";
import { type Origin, PartialFile } from "./partial_file.ts";

/** How patient a download is. */
export interface Patience {
  /** Longest silence of the server, before it answers and within its answer, before an attempt is given up. */
  readonly timeoutMs: number;
  /**
   * Waits before each further attempt after a network error, a time-out or a server's error. They start again when a
   * download is 1 MiB further than ever.
   */
  readonly retryDelaysMs: readonly number[];
  /** Longest time for one file, with all attempts. Default 6 hours. */
  readonly totalMs?: number;
  /** Longest wait that a server may ask for (`Retry-After`). Default 2 minutes. */
  readonly maxRetryAfterMs?: number;
}

/** The default patience. */
export const PATIENCE: Patience = { timeoutMs: 30_000, retryDelaysMs: [250, 1000, 4000] };

const TOTAL_MS = 6 * 3600 * 1000;
const MAX_RETRY_AFTER_MS = 120_000;
/** Further attempts where nobody answers at all: mostly there is no network, and waiting longer helps nobody. */
const MAX_CALLS = 2;
/** How much further than ever counts as progress. */
const PROGRESS_BYTES = 2 ** 20;

/**
 * Downloads a file of at most `limit` bytes into `partial`, from where that stops, and gives the whole.
 *
 * @throws {SourceFailure} with the reason in one line.
 * @throws {FileWriteError} if the disk is full.
 */
export async function downloadUrl(
  url: string,
  limit: number,
  patience: Patience,
  partial: PartialFile,
  onProgress: OnProgress,
): Promise<Uint8Array> {
  const totalMs = patience.totalMs ?? TOTAL_MS;
  const end = performance.now() + totalMs;
  let furthest = partial.length;
  for (let failures = 0;;) {
    try {
      if (partial.length === 0 || partial.length !== partial.origin.total) {
        await attempt(url, limit, patience.timeoutMs, end, partial, onProgress);
      }
      return await partial.read();
    } catch (error) {
      if (!(error instanceof TransientFailure)) throw error;
      if (partial.length >= furthest + PROGRESS_BYTES) {
        // Against the furthest point, not the last one: a server may let us begin anew for ever.
        furthest = partial.length;
        failures = 0;
      }
      const delay = patience.retryDelaysMs[failures++];
      if (delay === undefined || (error instanceof UnreachableFailure && failures > MAX_CALLS)) throw error;
      if (error.waitMs > (patience.maxRetryAfterMs ?? MAX_RETRY_AFTER_MS)) {
        throw new TransientFailure(
          `${error.message}; it asks to come again in ${Math.ceil(error.waitMs / 1000)} s`,
        );
      }
      const wait = Math.max(delay, error.waitMs);
      if (performance.now() + wait > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

async function attempt(
  url: string,
  limit: number,
  timeoutMs: number,
  end: number,
  partial: PartialFile,
  onProgress: OnProgress,
): Promise<void> {
  const controller = new AbortController();
  let answered = false;
  const silence = () =>
    setTimeout(() => {
      const message = `no answer within ${timeoutMs} ms`;
      controller.abort(answered ? new TransientFailure(message) : new UnreachableFailure(message));
    }, timeoutMs);
  let timer = silence();
  const total = setTimeout(
    () => controller.abort(new TransientFailure("too slow: it took longer than all attempts may")),
    Math.max(0, end - performance.now()),
  );
  try {
    const response = await httpGet(url, rangeHeaders(partial), controller.signal);
    answered = true;
    try {
      await accept(url, response, partial, limit);
      for await (const chunk of response.body ?? []) {
        if (partial.length + chunk.length > limit) {
          throw new SourceFailure(`too long: more than the limit of ${limit} bytes`);
        }
        await partial.append(chunk);
        onProgress(partial.length, partial.origin.total);
        clearTimeout(timer);
        timer = silence();
      }
    } catch (error) {
      if (!controller.signal.aborted) await response.body?.cancel().catch(() => {});
      throw error;
    }
    const expected = partial.origin.total;
    if (expected !== null && partial.length < expected) {
      throw new TransientFailure(`truncated: ${partial.length} of ${expected} bytes arrived`);
    }
  } catch (error) {
    if (controller.signal.aborted) throw controller.signal.reason;
    if (error instanceof TypeError) throw new TransientFailure(`broken off: ${reasonOf(error)}`);
    throw error;
  } finally {
    clearTimeout(timer);
    clearTimeout(total);
  }
}

/** Asks for what is missing, as long as it is missing from the same file. */
function rangeHeaders({ length, origin }: PartialFile): Record<string, string> {
  // Compressed on the way, a range would mean other bytes.
  const headers = { "accept-encoding": "identity" };
  const validator = origin.etag ?? origin.lastModified;
  // Without a validator the lengths are compared, and at last the hash.
  if (length === 0 || (validator === null && origin.total === null)) return headers;
  return { ...headers, range: `bytes=${length}-`, ...(validator === null ? {} : { "if-range": validator }) };
}

/** Decides from the header of an answer whether it goes on with what is there or starts anew. */
async function accept(url: string, response: Response, partial: PartialFile, limit: number): Promise<void> {
  const { status, headers } = response;
  const etag = headers.get("etag");
  const origin = {
    // A weak one does not promise the same bytes.
    etag: etag !== null && /^"/.test(etag) ? etag : null,
    lastModified: headers.get("last-modified"),
  };
  if (status === 200) {
    const total = numberOf(headers.get("content-length"));
    refuseLong(total, limit);
    return await partial.begin(url, { ...origin, total });
  }
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers.get("content-range") ?? "");
  const total = range === null ? null : numberOf(range[3]!);
  refuseLong(total, limit);
  if (
    status === 206 && Number(range?.[1]) === partial.length && isSame(partial.origin, { ...origin, total })
  ) {
    return partial.goOn();
  }
  // The rest of something else, or nothing where there should be a rest: from the beginning.
  partial.discard();
  throw new TransientFailure(`HTTP ${status} with another range than was asked for`);
}

function refuseLong(total: number | null, limit: number): void {
  if (total === null || total <= limit) return;
  throw new SourceFailure(`too long: it announces ${total} bytes, the limit is ${limit}`);
}

/** Whether nothing that both answers say differs. */
function isSame(a: Origin, b: Origin): boolean {
  return (["etag", "lastModified", "total"] as const).every((key) =>
    a[key] === null || b[key] === null || a[key] === b[key]
  );
}

function numberOf(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** Downloads for one opening: a host that cannot be reached is not waited for again. */
export class Downloads {
  readonly #unreachable = new Map<string, string>();
  readonly #folder: string;
  readonly #patience: Patience;
  readonly #listener: DataListener;

  /** What has arrived of a file is kept in `folder` until it is whole. */
  constructor(folder: string, patience: Patience, listener: DataListener) {
    this.#folder = folder;
    this.#patience = patience;
    this.#listener = listener;
  }

  /**
   * Downloads a file and gives what `accept` makes of it. If that refuses what was put together from two answers, the
   * file is fetched once more in one piece.
   *
   * @throws {SourceFailure} with the reason in one line.
   * @throws {FileWriteError} if the disk is full.
   */
  async get<T>(url: string, file: string, limit: number, accept: (bytes: Uint8Array) => T): Promise<T> {
    const { host } = new URL(url);
    const before = this.#unreachable.get(host);
    if (before !== undefined) throw new QuietFailure(before);
    using partial = await PartialFile.open(this.#folder, url);
    try {
      for (let again = 0;; again++) {
        const bytes = await downloadUrl(url, limit, this.#patience, partial, (bytes, total) => {
          this.#listener({ kind: "progress", file, source: url, bytes, total });
        });
        const { joined } = partial;
        partial.discard();
        try {
          return accept(bytes);
        } catch (error) {
          if (!joined || again > 0) throw error;
        }
      }
    } catch (error) {
      // A later run goes on with what has arrived, where the failure may pass.
      if (!(error instanceof TransientFailure)) partial.discard();
      if (error instanceof UnreachableFailure) this.#unreachable.set(host, reasonOf(error));
      throw error;
    }
  }
}
