import { type DataListener, QuietFailure, reasonOf, SourceFailure } from "./events.ts";

/** How patient a download is. */
export interface Patience {
  /** Longest silence of the server before the attempt is given up. */
  readonly timeoutMs: number;
  /** Waits before each further attempt after a network error, a time-out or a server's error. */
  readonly retryDelaysMs: readonly number[];
}

/** The default patience. */
export const PATIENCE: Patience = { timeoutMs: 30_000, retryDelaysMs: [250, 1000] };

/** A failure that a further attempt may cure. */
class TransientFailure extends SourceFailure {}

/** A failure to reach the host at all. */
export class UnreachableFailure extends TransientFailure {}

/**
 * Downloads a file of at most `limit` bytes, following redirects.
 *
 * @throws {SourceFailure} with the reason in one line.
 */
export async function downloadUrl(
  url: string,
  limit: number,
  patience: Patience,
  onProgress: (bytes: number, total: number | null) => void,
): Promise<Uint8Array> {
  for (let attempt = 0;; attempt++) {
    try {
      return await attemptDownload(url, limit, patience.timeoutMs, onProgress);
    } catch (error) {
      const delay = patience.retryDelaysMs[attempt];
      if (!(error instanceof TransientFailure) || delay === undefined) throw error;
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
}

async function attemptDownload(
  url: string,
  limit: number,
  timeoutMs: number,
  onProgress: (bytes: number, total: number | null) => void,
): Promise<Uint8Array> {
  const controller = new AbortController();
  const silence = () => setTimeout(() => controller.abort(), timeoutMs);
  let timer = silence();
  let answered = false;
  try {
    const response = await fetch(url, {
      signal: controller.signal,
      headers: { "accept-encoding": "identity" },
    });
    answered = true;
    if (!response.ok) {
      await response.body?.cancel();
      const failure = `HTTP ${response.status} ${response.statusText}`.trim();
      const transient = response.status >= 500 || response.status === 429 || response.status === 408;
      throw transient ? new TransientFailure(failure) : new SourceFailure(failure);
    }
    const header = response.headers.get("content-length");
    const total = header === null ? null : Number(header);
    if (total !== null && total > limit) {
      await response.body?.cancel();
      throw new SourceFailure(`too long: it announces ${total} bytes, the limit is ${limit}`);
    }
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      if (length > limit) throw new SourceFailure(`too long: more than the limit of ${limit} bytes`);
      chunks.push(chunk);
      onProgress(length, total);
      clearTimeout(timer);
      timer = silence();
    }
    if (total !== null && length < total) {
      throw new TransientFailure(`truncated: ${length} of ${total} bytes arrived`);
    }
    return join(chunks, length);
  } catch (error) {
    if (error instanceof SourceFailure) throw error;
    if (error instanceof Deno.errors.NotCapable) throw new SourceFailure(reasonOf(error));
    if (controller.signal.aborted) throw new UnreachableFailure(`no answer within ${timeoutMs} ms`);
    const reason = reasonOf(error);
    throw answered ? new TransientFailure(`broken off: ${reason}`) : new UnreachableFailure(reason);
  } finally {
    clearTimeout(timer);
  }
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

/** Downloads for one opening: a host that cannot be reached is not waited for again. */
export class Downloads {
  readonly #unreachable = new Map<string, string>();
  readonly #patience: Patience;
  readonly #listener: DataListener;

  constructor(patience: Patience, listener: DataListener) {
    this.#patience = patience;
    this.#listener = listener;
  }

  /** @throws {SourceFailure} with the reason in one line. */
  async get(url: string, file: string, limit: number): Promise<Uint8Array> {
    const { host } = new URL(url);
    const before = this.#unreachable.get(host);
    if (before !== undefined) throw new QuietFailure(before);
    try {
      return await downloadUrl(url, limit, this.#patience, (bytes, total) => {
        this.#listener({ kind: "progress", file, source: url, bytes, total });
      });
    } catch (error) {
      if (error instanceof UnreachableFailure) this.#unreachable.set(host, reasonOf(error));
      throw error;
    }
  }
}
